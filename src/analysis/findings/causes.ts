/**
 * Every cause that a finding may name: what it is called, whose doing it is, and the check that tells it from its
 * neighbours. The names are stable: badges, exports and tests use them. Data, and two look-ups.
 */

import { text, type WordKey } from '../../words/words.ts';
import type { Candidate, CauseFamily } from './finding.ts';

type Row = readonly [family: CauseFamily, title: WordKey, check: WordKey];

const ROWS = {
  // Before the connection was open
  'connection-refused': ['server', 'causes_nothingListensAtThatAddress', 'causes_isTheServerProcessRunningAnd'],
  'name-not-resolved': ['network', 'causes_theHostNameDoesNotResolve', 'causes_lookTheNameUpDigShort'],
  unreachable: ['network', 'causes_theAddressCannotBeReached', 'causes_tryAnotherNetworkOrTracepathHost'],
  'handshake-reset': ['server', 'causes_theConnectionWasCutBeforeThe', 'causes_lookIntoTheLogOfThe'],
  'handshake-hung': ['network', 'causes_nobodyAnsweredTheHandshakeInTime', 'causes_runTheCurlCommandDoesIt'],
  'certificate-invalid': ['infrastructure', 'causes_theCertificateIsNotAccepted', 'causes_openTheSameHostWithHttps'],
  'tls-failed': ['infrastructure', 'causes_tlsCouldNotBeAgreedOn', 'causes_runTheOpensslCommandAServer'],
  'bad-gateway': ['infrastructure', 'causes_aProxyAnsweredThatItReaches', 'causes_lookIntoTheProxysErrorLog'],
  'gateway-timeout': ['infrastructure', 'causes_aProxyAnswered504TheServer', 'causes_askTheServerBehindTheProxy'],
  'missing-upgrade': [
    'infrastructure',
    'causes_theRequestArrivedWithoutItsUpgrade',
    'causes_askTheServerBehindTheProxy2',
  ],
  unauthorized: ['server', 'causes_notAuthenticated401', 'causes_isTheTokenOrCookieSent'],
  forbidden: ['server', 'causes_notAllowed403', 'causes_sendTheSameHandshakeWithAnd'],
  'not-found': ['server', 'causes_noSuchPath404', 'causes_compareThePathWithTheServers'],
  'rate-limited': ['server', 'causes_tooManyConnectionsOrMessagesIn', 'causes_waitForTheTimeInRetry'],
  'server-error': ['server', 'causes_theServerFailedWhileItHandled', 'causes_lookIntoTheServersLogAt'],
  'bad-request': ['server', 'causes_theServerDidNotAcceptThe', 'causes_runTheCurlCommandAndRead'],
  redirected: ['infrastructure', 'causes_answeredWithARedirectWhichWebsockets', 'causes_useTheAddressOfTheLocation'],
  'ordinary-answer': ['server', 'causes_anOrdinaryWebAnswerInsteadOf', 'causes_isThisThePathOfThe'],
  'subprotocol-mismatch': [
    'server',
    'causes_theServerAcceptedAndTheBrowser',
    'causes_compareSecWebsocketProtocolOfRequest',
  ],
  'blocked-mixed-content': ['client', 'causes_wsOnAnHttpsPageIs', 'causes_useWssAndSeeWhetherThe'],
  'blocked-csp': ['client', 'causes_thePagesContentSecurityPolicyForbids', 'causes_theConsoleNamesTheDirectiveConnect'],
  'blocked-by-browser': ['client', 'causes_theBrowserOrAnExtensionBlocked', 'causes_tryInAWindowWithoutOther'],
  'forward-proxy': ['network', 'causes_theNetworksOwnProxyRefusedTo', 'causes_tryFromANetworkWithoutA'],
  offline: ['network', 'causes_theMachineWasOffline', 'causes_compareWithOtherPagesAtThat'],
  'closed-while-connecting': ['client', 'causes_thePageGaveUpTheHandshake', 'causes_recordStacksAndLookWhoCalls'],

  // While it was open
  'idle-cut': ['infrastructure', 'causes_aHopCutsConnectionsThatAre', 'causes_sendAFrameMoreOftenThan'],
  'one-way-idle-cut': ['infrastructure', 'causes_aProxyCountsWhatTheServer', 'causes_letTheServerSendPingsIf'],
  'server-idle-timeout': ['server', 'causes_theServerClosesClientsThatAre', 'causes_lookForAnIdleOrHeartbeat'],
  'lifetime-cut': ['infrastructure', 'causes_connectionsAreEndedAfterAFixed', 'causes_sendFramesAllTheTimeIf'],
  'token-expired': ['server', 'causes_theTokenEndedAndWithIt', 'causes_useATokenWithAnotherLifetime'],
  'beat-too-slow': ['client', 'causes_theHeartbeatIsSlowerThanThe', 'causes_halveThePeriodConnectionsShouldLive'],
  'timers-throttled': ['client', 'causes_theBrowserSlowedDownTheTimers', 'causes_keepTheTabVisibleConnectionsShould'],
  frozen: ['client', 'causes_theBrowserFrozeTheHiddenPage', 'causes_keepTheTabVisibleOrTurn'],
  slept: ['client', 'causes_theMachineSlept', 'causes_compareWithTheTimeAtWhich'],
  'network-changed': ['network', 'causes_theMachineChangedItsNetwork', 'causes_doesItHappenOnACable'],
  'network-lost': ['network', 'causes_theLinkDiedInSilencePackets', 'causes_didOtherConnectionsOfThisMachine'],
  'half-open': ['unknown', 'causes_theConnectionIsOpenAndThe', 'causes_openASecondConnectionIfIt'],
  'server-stalled': ['server', 'causes_theServerProcessHangsItKeeps', 'causes_doesANewConnectionGetAn'],
  'server-crash': ['server', 'causes_theServerProcessEndedWithoutClosing', 'causes_lookIntoTheServersProcessManager'],
  'crash-loop': ['server', 'causes_theServerKeepsDyingEachTime', 'causes_watchTheMemoryOfTheServer'],
  'connection-reset': ['server', 'causes_theServerOrAProxyCut', 'causes_lookForTerminateDestroyOrAn'],
  'proxy-reload': ['infrastructure', 'causes_aProxyWasReloadedOrRestarted', 'causes_compareWithTheTimesOfReloads'],
  'server-restart': ['server', 'causes_theServerRestartsOrIsDeployed', 'causes_compareWithTheTimesOfDeployments'],
  'poison-message': ['server', 'causes_oneKindOfMessageBringsThe', 'causes_sendJustThisMessageOnA'],
  'message-too-big': ['server', 'causes_aMessageIsLargerThanThe', 'causes_sendTheSameMessageInParts'],
  'protocol-error': ['server', 'causes_aSideReceivedWhatTheWebsocket', 'causes_theConsoleNamesTheViolationTshark'],
  'invalid-frame': ['server', 'causes_theBrowserReceivedAFrameThat', 'causes_theConsoleOfThePageNames'],
  'unsupported-data': ['client', 'causes_aKindOfDataWasSent', 'causes_isBinarySentWhereTextIs'],
  'bad-payload': ['server', 'causes_aTextMessageWasNotValid', 'causes_lookAtHowTheSenderEncodes'],
  'policy-violation': ['server', 'causes_aRuleOfTheServerWas', 'causes_theCloseReasonOrTheServers'],
  overloaded: ['server', 'causes_theServerIsOverloaded', 'causes_compareWithItsLoadDoesIt'],
  'application-close': ['server', 'causes_theApplicationClosedItWithA', 'causes_lookTheCodeUpInThe'],
  'closed-without-code': ['server', 'causes_theServerClosedItWithA', 'causes_lookForCloseWithoutArgumentsIn'],
  'unexplained-close': ['server', 'causes_theServerClosedItInOrder', 'causes_lookIntoTheServersLog'],
  'protocol-version-mismatch': [
    'client',
    'causes_clientAndServerSpeakDifferentVersions',
    'causes_compareTheVersionsOfBothLibraries',
  ],
  'instant-close': ['server', 'causes_connectionsAreAcceptedAndEndedAt', 'causes_logInAgainThenCompareOrigin'],

  // The page's own doing
  'page-left': ['client', 'causes_thePageWasLeft', 'causes_nothingToCheck'],
  'page-closed': ['client', 'causes_thePageClosedIt', 'causes_recordStacksAndLookWhoCalls2'],
  'back-forward-cache': ['client', 'causes_thePageWentIntoTheBack', 'causes_goAwayAndBackAgain'],
  simulated: ['client', 'causes_socketscopeDidIt', 'causes_nothingToCheck'],
  mocked: ['client', 'causes_aStandInForWebsocketMade', 'causes_lookForAMockAWrapper'],
  'dev-server': ['client', 'causes_aDevelopmentServersOwnConnection', 'causes_nothingToCheck'],
  'handler-error': ['client', 'causes_thePagesMessageHandlerThrew', 'causes_lookAtTheFrameThatIt'],
  'no-handler': ['client', 'causes_nobodyListenedForTheMessages', 'causes_isTheListenerAddedBeforeThe'],
  'send-before-open': ['client', 'causes_sendBeforeTheConnectionWasOpen', 'causes_waitForTheOpenEventOr'],
  'send-after-close': ['client', 'causes_sendAfterTheConnectionHadEnded', 'causes_checkReadystateOrQueueUntilIt'],
  'socket-leak': ['client', 'causes_connectionsAreMadeAndNeverClosed', 'causes_recordStacksAndLookWhoMakes'],
  'reconnect-storm': ['client', 'causes_theClientReconnectsWithoutWaitingLonger', 'causes_readTheReconnectCode'],
  'no-jitter': ['client', 'causes_allClientsWaitForTheSame', 'causes_readTheReconnectCode'],
  'backoff-reset': ['client', 'causes_theWaitStartsAnewWithEvery', 'causes_readTheReconnectCodeResetThe'],
  'reconnects-after-refusal': ['client', 'causes_theClientTriesAgainWhatWas', 'causes_readTheReconnectCode'],
  'never-reconnects': ['client', 'causes_theClientDoesNotComeBack', 'causes_readTheReconnectCodeIsThere'],
  'page-busy': ['client', 'causes_thePagesThreadWasBusyAnd', 'causes_recordAPerformanceProfileAtThat'],
  'uplink-stalled': ['network', 'causes_whatThePageSendsDoesNot', 'causes_isTheUplinkSlowOrDoes'],
  'slow-answers': ['server', 'causes_answersTakeLong', 'causes_compareWithTheRoundTripTime'],
  'slow-network': ['network', 'causes_theWayToTheServerIs', 'causes_compareWithTheRoundTripTime2'],
  'frames-missing': ['server', 'causes_numberedMessagesAreMissingOrOut', 'causes_compareWithWhatTheServerHas'],
  'unexpected-shape': ['server', 'causes_messagesAreNotOfTheExpected', 'causes_compareTheFrameWithTheSchema'],
} as const satisfies Readonly<Record<string, Row>>;

export type Cause = keyof typeof ROWS;

/** A cause as a candidate of a finding; `check` where this case has a better one. */
export function candidate(cause: Cause, check?: string): Candidate {
  const [family, title, usual] = ROWS[cause];
  return { cause, title: text(title), family, check: check ?? text(usual) };
}

/** Several of them, the likeliest first. */
export function candidates(first: Cause, ...others: readonly Cause[]): readonly [Candidate, ...Candidate[]] {
  const rest = [...new Set(others)].filter((cause) => cause !== first);
  return [candidate(first), ...rest.map((cause) => candidate(cause))];
}
