/**
 * What the scenarios of the catalogue are called where people see them. Their English names stay what they are known by, in
 * files, runs and scripts.
 */
import { text, type WordKey } from '../words/words.ts';
import type { Scenario } from './scenario.ts';

/** By the English name: keys of the name and of the description. */
const WORDS: ReadonlyMap<string, readonly [name: WordKey, description: WordKey]> = new Map(
  Object.entries({
    'Close in order': ['catalogue_closeInOrder', 'catalogue_closeInOrder_text'],
    'End in a burst': ['catalogue_endInABurst', 'catalogue_endInABurst_text'],
    'Slow close': ['catalogue_slowClose', 'catalogue_slowClose_text'],
    'Half-open': ['catalogue_halfOpen', 'catalogue_halfOpen_text'],
    'One-way silence': ['catalogue_oneWaySilence', 'catalogue_oneWaySilence_text'],
    'Heartbeats lost': ['catalogue_heartbeatsLost', 'catalogue_heartbeatsLost_text'],
    'Handshake hangs': ['catalogue_handshakeHangs', 'catalogue_handshakeHangs_text'],
    'Slow handshake': ['catalogue_slowHandshake', 'catalogue_slowHandshake_text'],
    'Slow network': ['catalogue_slowNetwork', 'catalogue_slowNetwork_text'],
    'Damaged frames': ['catalogue_damagedFrames', 'catalogue_damagedFrames_text'],
    'Hold frames': ['catalogue_holdFrames', 'catalogue_holdFrames_text'],
    'A frame for the page': ['catalogue_frameForThePage', 'catalogue_frameForThePage_text'],
    'A frame for the server': ['catalogue_frameForTheServer', 'catalogue_frameForTheServer_text'],
    'Drop ten times': ['catalogue_dropTenTimes', 'catalogue_dropTenTimes_text'],
    'Wi-Fi lost': ['catalogue_wiFiLost', 'catalogue_wiFiLost_text'],
    'Mobile handoff': ['catalogue_mobileHandoff', 'catalogue_mobileHandoff_text'],
    'Zombie connection': ['catalogue_zombieConnection', 'catalogue_zombieConnection_text'],
    'Flaky train': ['catalogue_flakyTrain', 'catalogue_flakyTrain_text'],
    'Laptop asleep': ['catalogue_laptopAsleep', 'catalogue_laptopAsleep_text'],
    'Tab in the background': ['catalogue_tabInTheBackground', 'catalogue_tabInTheBackground_text'],
    'nginx cuts an idle connection': ['catalogue_nginx', 'catalogue_nginx_text'],
    'Cloudflare cuts an idle connection': ['catalogue_cloudflare', 'catalogue_cloudflare_text'],
    'Balancer drains': ['catalogue_balancerDrains', 'catalogue_balancerDrains_text'],
    'Server restarts': ['catalogue_serverRestarts', 'catalogue_serverRestarts_text'],
    'Server crashes': ['catalogue_serverCrashes', 'catalogue_serverCrashes_text'],
    'Out-of-memory loop': ['catalogue_outOfMemoryLoop', 'catalogue_outOfMemoryLoop_text'],
    'Thundering herd': ['catalogue_thunderingHerd', 'catalogue_thunderingHerd_text'],
    'Auth expired (4401)': ['catalogue_authExpired4401', 'catalogue_authExpired4401_text'],
    'Auth expired (1008)': ['catalogue_authExpired1008', 'catalogue_authExpired1008_text'],
    'Message too big': ['catalogue_messageTooBig', 'catalogue_messageTooBig_text'],
  }),
);

/** The name to show for one that a run or a report carries; that of an own scenario is as its user wrote it. */
export function scenarioTitle(name: string): string {
  const known = WORDS.get(name);
  return known ? text(known[0]) : name;
}

/** Name and description to show. */
export function scenarioWords({ group, name, description }: Scenario): Pick<Scenario, 'name' | 'description'> {
  const known = group === 'own' ? undefined : WORDS.get(name);
  return known ? { name: text(known[0]), description: text(known[1]) } : { name, description };
}
