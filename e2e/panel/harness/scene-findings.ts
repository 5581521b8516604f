/** What might be found in the busy recording: every part that a finding can have, and every severity. */
import type { Finding } from '../../../src/analysis/findings/finding.ts';
import type { AnalysisResult } from '../../../src/panel/analysis-worker/messages.ts';

const NGINX_LINES = `location /ticker {
  proxy_pass http://backend;
  proxy_http_version 1.1;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection "upgrade";
  proxy_read_timeout 3600s;
  proxy_send_timeout 3600s;
}`;

function busyFindings(startMs: number): readonly Finding[] {
  return [
    {
      findingId: 'idle-cut wss://lab.example.test/ticker',
      rule: 'idle-cut',
      explains: true,
      title: 'Cut after 60 s of silence: a proxy’s idle timeout',
      meaning:
        'Four connections to /ticker ended with 1006, each 60.0 s after the last frame that the server had sent. Nothing else was common to them.',
      severity: 'problem',
      sureness: 'high',
      because: '4 of 4 closes within 120 ms of 60 s; ordinary silence is not longer than 12 s',
      candidates: [
        {
          cause: 'idle-cut',
          title: 'nginx proxy_read_timeout (60 s is its default)',
          family: 'infrastructure',
          check: 'Set it to 90 s for once: the closes must move to 90 s.',
        },
        {
          cause: 'idle-cut-balancer',
          title: 'AWS ALB idle timeout (60 s is its default)',
          family: 'infrastructure',
          check: 'Ask the endpoint: an ALB names itself in the header server: awselb/2.0.',
        },
      ],
      connectionIds: ['busy/0', 'busy/7'],
      evidence: [
        { kind: 'connection', connectionId: 'busy/0', says: '/ticker closed 60.02 s after the last frame' },
        { kind: 'frame', connectionId: 'busy/0', seq: 100, says: 'The last frame before the silence' },
        { kind: 'connection', connectionId: 'busy/7', says: 'The handshake that followed failed' },
        { kind: 'context', contextId: 1, atMs: startMs + 9_000, says: 'The page was visible and online all the time' },
      ],
      against: [
        { kind: 'connection', connectionId: 'busy/4', says: '/mqtt lived on through 64 s of silence at the same host' },
      ],
      nextCheck:
        'Look for “upstream timed out (110: Connection timed out) while proxying upgraded connection” in nginx’s error log.',
      advice: [
        { text: 'Let nginx wait longer than your client is silent.', lines: { of: 'nginx', text: NGINX_LINES } },
        {
          text: 'Or let the client ping every 25 s: your longest silence is 60 s.',
          lines: { of: 'client (JavaScript)', text: 'setInterval(() => socket.send(\'{"type":"ping"}\'), 25_000);' },
        },
      ],
      span: { fromMs: startMs + 9_000, toMs: startMs + 12_800 },
    },
    {
      findingId: 'refused wss://lab.example.test/admin',
      rule: 'policy',
      explains: true,
      title: 'The server refuses /admin with 1008: “login required”',
      meaning: 'The connection was opened and closed by the server 300 ms later, because a rule of its forbids it.',
      severity: 'warning',
      sureness: 'medium',
      because: 'one close',
      candidates: [{ cause: 'auth', title: 'Not logged in', family: 'server', check: '' }],
      connectionIds: ['busy/6'],
      evidence: [{ kind: 'connection', connectionId: 'busy/6', says: '/admin closed with 1008' }],
      against: [],
      nextCheck: 'Log in, and try `curl -i /admin`.',
      advice: [{ text: 'Do not reconnect before the reason is removed.' }],
      span: { fromMs: startMs + 2_000, toMs: startMs + 2_300 },
    },
    {
      findingId: 'restart wss://lab.example.test/graphql',
      rule: 'restart',
      explains: true,
      title: 'The server of /graphql was restarted, and said so',
      meaning: 'It closed with 1012 “deploying v42”; the page was back 0.96 s later.',
      severity: 'note',
      sureness: 'high',
      because: 'the close code says it',
      candidates: [{ cause: 'restart', title: 'Deployment', family: 'server', check: '' }],
      connectionIds: ['busy/3'],
      evidence: [{ kind: 'connection', connectionId: 'busy/3', says: '/graphql closed with 1012' }],
      against: [],
      nextCheck: '',
      advice: [],
      span: null,
    },
  ];
}

export function busyAnalysis(startMs: number): Partial<AnalysisResult> {
  const at = (atMs: number) => ({
    sessionId: 'session-1',
    documentId: 'busy',
    connectionId: null,
    atMs: startMs + atMs,
  });
  return {
    findings: busyFindings(startMs),
    context: [
      { ...at(3_000), kind: 'hidden' },
      { ...at(8_000), kind: 'visible' },
      { ...at(17_000), kind: 'offline' },
      { ...at(19_500), kind: 'online' },
      { ...at(27_000), kind: 'woke', durationMs: 2_500 },
    ],
    conversations: [
      {
        connectionId: 'busy/2',
        protocol: { id: 'socket.io-4', name: 'Socket.IO', signs: ['url', 'first frame'], isDevServer: false },
        heartbeat: {
          by: 'server',
          known: 'protocol',
          periodMs: 25_000,
          spread: 0.01,
          longestGapMs: 25_100,
          longestGapAtMs: startMs,
          beats: 9,
          answers: 9,
          unanswered: 0,
          isAnswered: true,
          onlyWhenIdle: false,
          roundTrip: { count: 9, medianMs: 42, p95Ms: 61, maxMs: 70, slowest: null },
          announced: { periodMs: 25_000, timeoutMs: 20_000 },
          lastBeatAtMs: startMs + 30_000,
          seqs: [9],
        },
        latency: { count: 30, medianMs: 80, p95Ms: 210, maxMs: 400, slowest: null },
        validation: null,
      },
    ],
  };
}
