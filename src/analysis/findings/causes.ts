/**
 * Every cause that a finding may name: what it is called, whose doing it is, and the check that tells it from its
 * neighbours. The names are stable: badges, exports and tests use them. Data, and two look-ups.
 */

import { text } from '../../words/words.ts';
import type { Candidate, CauseFamily } from './finding.ts';

type Row = readonly [family: CauseFamily, title: string, check: string];

const ROWS = {
  // Before the connection was open
  'connection-refused': [
    'server',
    text('causes_nothingListensAtThatAddress'),
    text('causes_isTheServerProcessRunningAnd'),
  ],
  'name-not-resolved': ['network', text('causes_theHostNameDoesNotResolve'), text('causes_lookTheNameUpDigShort')],
  unreachable: ['network', text('causes_theAddressCannotBeReached'), text('causes_tryAnotherNetworkOrTracepathHost')],
  'handshake-reset': ['server', text('causes_theConnectionWasCutBeforeThe'), text('causes_lookIntoTheLogOfThe')],
  'handshake-hung': [
    'network',
    text('causes_nobodyAnsweredTheHandshakeInTime'),
    text('causes_runTheCurlCommandDoesIt'),
  ],
  'certificate-invalid': [
    'infrastructure',
    text('causes_theCertificateIsNotAccepted'),
    text('causes_openTheSameHostWithHttps'),
  ],
  'tls-failed': ['infrastructure', text('causes_tlsCouldNotBeAgreedOn'), text('causes_runTheOpensslCommandAServer')],
  'bad-gateway': [
    'infrastructure',
    text('causes_aProxyAnsweredThatItReaches'),
    text('causes_lookIntoTheProxysErrorLog'),
  ],
  'gateway-timeout': [
    'infrastructure',
    text('causes_aProxyAnswered504TheServer'),
    text('causes_askTheServerBehindTheProxy'),
  ],
  'missing-upgrade': [
    'infrastructure',
    text('causes_theRequestArrivedWithoutItsUpgrade'),
    text('causes_askTheServerBehindTheProxy2'),
  ],
  unauthorized: ['server', text('causes_notAuthenticated401'), text('causes_isTheTokenOrCookieSent')],
  forbidden: ['server', text('causes_notAllowed403'), text('causes_sendTheSameHandshakeWithAnd')],
  'not-found': ['server', text('causes_noSuchPath404'), text('causes_compareThePathWithTheServers')],
  'rate-limited': ['server', text('causes_tooManyConnectionsOrMessagesIn'), text('causes_waitForTheTimeInRetry')],
  'server-error': ['server', text('causes_theServerFailedWhileItHandled'), text('causes_lookIntoTheServersLogAt')],
  'bad-request': ['server', text('causes_theServerDidNotAcceptThe'), text('causes_runTheCurlCommandAndRead')],
  redirected: [
    'infrastructure',
    text('causes_answeredWithARedirectWhichWebsockets'),
    text('causes_useTheAddressOfTheLocation'),
  ],
  'ordinary-answer': ['server', text('causes_anOrdinaryWebAnswerInsteadOf'), text('causes_isThisThePathOfThe')],
  'subprotocol-mismatch': [
    'server',
    text('causes_theServerAcceptedAndTheBrowser'),
    text('causes_compareSecWebsocketProtocolOfRequest'),
  ],
  'blocked-mixed-content': ['client', text('causes_wsOnAnHttpsPageIs'), text('causes_useWssAndSeeWhetherThe')],
  'blocked-csp': [
    'client',
    text('causes_thePagesContentSecurityPolicyForbids'),
    text('causes_theConsoleNamesTheDirectiveConnect'),
  ],
  'blocked-by-browser': [
    'client',
    text('causes_theBrowserOrAnExtensionBlocked'),
    text('causes_tryInAWindowWithoutOther'),
  ],
  'forward-proxy': ['network', text('causes_theNetworksOwnProxyRefusedTo'), text('causes_tryFromANetworkWithoutA')],
  offline: ['network', text('causes_theMachineWasOffline'), text('causes_compareWithOtherPagesAtThat')],
  'closed-while-connecting': [
    'client',
    text('causes_thePageGaveUpTheHandshake'),
    text('causes_recordStacksAndLookWhoCalls'),
  ],

  // While it was open
  'idle-cut': ['infrastructure', text('causes_aHopCutsConnectionsThatAre'), text('causes_sendAFrameMoreOftenThan')],
  'one-way-idle-cut': [
    'infrastructure',
    text('causes_aProxyCountsWhatTheServer'),
    text('causes_letTheServerSendPingsIf'),
  ],
  'server-idle-timeout': [
    'server',
    text('causes_theServerClosesClientsThatAre'),
    text('causes_lookForAnIdleOrHeartbeat'),
  ],
  'lifetime-cut': [
    'infrastructure',
    text('causes_connectionsAreEndedAfterAFixed'),
    text('causes_sendFramesAllTheTimeIf'),
  ],
  'token-expired': ['server', text('causes_theTokenEndedAndWithIt'), text('causes_useATokenWithAnotherLifetime')],
  'beat-too-slow': [
    'client',
    text('causes_theHeartbeatIsSlowerThanThe'),
    text('causes_halveThePeriodConnectionsShouldLive'),
  ],
  'timers-throttled': [
    'client',
    text('causes_theBrowserSlowedDownTheTimers'),
    text('causes_keepTheTabVisibleConnectionsShould'),
  ],
  frozen: ['client', text('causes_theBrowserFrozeTheHiddenPage'), text('causes_keepTheTabVisibleOrTurn')],
  slept: ['client', text('causes_theMachineSlept'), text('causes_compareWithTheTimeAtWhich')],
  'network-changed': ['network', text('causes_theMachineChangedItsNetwork'), text('causes_doesItHappenOnACable')],
  'network-lost': [
    'network',
    text('causes_theLinkDiedInSilencePackets'),
    text('causes_didOtherConnectionsOfThisMachine'),
  ],
  'half-open': ['unknown', text('causes_theConnectionIsOpenAndThe'), text('causes_openASecondConnectionIfIt')],
  'server-stalled': ['server', text('causes_theServerProcessHangsItKeeps'), text('causes_doesANewConnectionGetAn')],
  'server-crash': [
    'server',
    text('causes_theServerProcessEndedWithoutClosing'),
    text('causes_lookIntoTheServersProcessManager'),
  ],
  'crash-loop': ['server', text('causes_theServerKeepsDyingEachTime'), text('causes_watchTheMemoryOfTheServer')],
  'connection-reset': ['server', text('causes_theServerOrAProxyCut'), text('causes_lookForTerminateDestroyOrAn')],
  'proxy-reload': [
    'infrastructure',
    text('causes_aProxyWasReloadedOrRestarted'),
    text('causes_compareWithTheTimesOfReloads'),
  ],
  'server-restart': [
    'server',
    text('causes_theServerRestartsOrIsDeployed'),
    text('causes_compareWithTheTimesOfDeployments'),
  ],
  'poison-message': ['server', text('causes_oneKindOfMessageBringsThe'), text('causes_sendJustThisMessageOnA')],
  'message-too-big': ['server', text('causes_aMessageIsLargerThanThe'), text('causes_sendTheSameMessageInParts')],
  'protocol-error': [
    'server',
    text('causes_aSideReceivedWhatTheWebsocket'),
    text('causes_theConsoleNamesTheViolationTshark'),
  ],
  'invalid-frame': ['server', text('causes_theBrowserReceivedAFrameThat'), text('causes_theConsoleOfThePageNames')],
  'unsupported-data': ['client', text('causes_aKindOfDataWasSent'), text('causes_isBinarySentWhereTextIs')],
  'bad-payload': ['server', text('causes_aTextMessageWasNotValid'), text('causes_lookAtHowTheSenderEncodes')],
  'policy-violation': ['server', text('causes_aRuleOfTheServerWas'), text('causes_theCloseReasonOrTheServers')],
  overloaded: ['server', text('causes_theServerIsOverloaded'), text('causes_compareWithItsLoadDoesIt')],
  'application-close': ['server', text('causes_theApplicationClosedItWithA'), text('causes_lookTheCodeUpInThe')],
  'closed-without-code': [
    'server',
    text('causes_theServerClosedItWithA'),
    text('causes_lookForCloseWithoutArgumentsIn'),
  ],
  'unexplained-close': ['server', text('causes_theServerClosedItInOrder'), text('causes_lookIntoTheServersLog')],
  'protocol-version-mismatch': [
    'client',
    text('causes_clientAndServerSpeakDifferentVersions'),
    text('causes_compareTheVersionsOfBothLibraries'),
  ],
  'instant-close': [
    'server',
    text('causes_connectionsAreAcceptedAndEndedAt'),
    text('causes_logInAgainThenCompareOrigin'),
  ],

  // The page's own doing
  'page-left': ['client', text('causes_thePageWasLeft'), text('causes_nothingToCheck')],
  'page-closed': ['client', text('causes_thePageClosedIt'), text('causes_recordStacksAndLookWhoCalls2')],
  'back-forward-cache': ['client', text('causes_thePageWentIntoTheBack'), text('causes_goAwayAndBackAgain')],
  simulated: ['client', text('causes_socketscopeDidIt'), text('causes_nothingToCheck')],
  mocked: ['client', text('causes_aStandInForWebsocketMade'), text('causes_lookForAMockAWrapper')],
  'dev-server': ['client', text('causes_aDevelopmentServersOwnConnection'), text('causes_nothingToCheck')],
  'handler-error': ['client', text('causes_thePagesMessageHandlerThrew'), text('causes_lookAtTheFrameThatIt')],
  'no-handler': ['client', text('causes_nobodyListenedForTheMessages'), text('causes_isTheListenerAddedBeforeThe')],
  'send-before-open': ['client', text('causes_sendBeforeTheConnectionWasOpen'), text('causes_waitForTheOpenEventOr')],
  'send-after-close': [
    'client',
    text('causes_sendAfterTheConnectionHadEnded'),
    text('causes_checkReadystateOrQueueUntilIt'),
  ],
  'socket-leak': [
    'client',
    text('causes_connectionsAreMadeAndNeverClosed'),
    text('causes_recordStacksAndLookWhoMakes'),
  ],
  'reconnect-storm': [
    'client',
    text('causes_theClientReconnectsWithoutWaitingLonger'),
    text('causes_readTheReconnectCode'),
  ],
  'no-jitter': ['client', text('causes_allClientsWaitForTheSame'), text('causes_readTheReconnectCode')],
  'backoff-reset': ['client', text('causes_theWaitStartsAnewWithEvery'), text('causes_readTheReconnectCodeResetThe')],
  'reconnects-after-refusal': [
    'client',
    text('causes_theClientTriesAgainWhatWas'),
    text('causes_readTheReconnectCode'),
  ],
  'never-reconnects': ['client', text('causes_theClientDoesNotComeBack'), text('causes_readTheReconnectCodeIsThere')],
  'page-busy': ['client', text('causes_thePagesThreadWasBusyAnd'), text('causes_recordAPerformanceProfileAtThat')],
  'uplink-stalled': ['network', text('causes_whatThePageSendsDoesNot'), text('causes_isTheUplinkSlowOrDoes')],
  'slow-answers': ['server', text('causes_answersTakeLong'), text('causes_compareWithTheRoundTripTime')],
  'slow-network': ['network', text('causes_theWayToTheServerIs'), text('causes_compareWithTheRoundTripTime2')],
  'frames-missing': [
    'server',
    text('causes_numberedMessagesAreMissingOrOut'),
    text('causes_compareWithWhatTheServerHas'),
  ],
  'unexpected-shape': [
    'server',
    text('causes_messagesAreNotOfTheExpected'),
    text('causes_compareTheFrameWithTheSchema'),
  ],
} as const satisfies Readonly<Record<string, Row>>;

export type Cause = keyof typeof ROWS;

/** All names, in the table's order. */
export const CAUSES: readonly Cause[] = Object.keys(ROWS) as Cause[];

/** A cause as a candidate of a finding; `check` where this case has a better one. */
export function candidate(cause: Cause, check?: string): Candidate {
  const [family, title, usual] = ROWS[cause];
  return { cause, title, family, check: check ?? usual };
}

/** Several of them, the likeliest first. */
export function candidates(first: Cause, ...others: readonly Cause[]): readonly [Candidate, ...Candidate[]] {
  const rest = [...new Set(others)].filter((cause) => cause !== first);
  return [candidate(first), ...rest.map((cause) => candidate(cause))];
}
