import { describe, expect, it } from 'vitest';
import { connectionFixture, fullRecording, START_MS, sessionFixture, textOfStream } from '../fixtures.ts';
import { recordingInMemory } from '../recording.ts';
import { writeClosesCsv } from './closes.ts';

const rowsOf = (reason: string) => ({
  session: sessionFixture(),
  documents: [],
  context: [],
  handshakes: [],
  probes: [],
  connections: [
    connectionFixture({ close: { atMs: START_MS + 20, code: 4000, reason, wasClean: true, simulated: false } }),
    connectionFixture({ connection: 1 }),
  ],
});
const write = (reason: string) => textOfStream(writeClosesCsv(recordingInMemory(rowsOf(reason), new Map())));

describe('closes as CSV', () => {
  it('has a row for each end', async () => {
    const lines = (await textOfStream(writeClosesCsv(fullRecording()))).split('\r\n');
    expect(lines).toEqual([
      expect.stringMatching(/^connection,url,protocol,created,/),
      expect.stringMatching(/^doc\/0,.*,1006,.*,false,true,true,true,12,6,/),
      expect.stringMatching(/^doc\/1,.*,1006,.*,false,false,false,true,0,0,/),
      expect.stringMatching(/^doc2\/1000000,/),
      '',
    ]);
  });

  it.each([
    ['=1+1', ",'=1+1,"],
    ['@SUM(A1)', ",'@SUM(A1),"],
    ['+49', ",'+49,"],
    ['-1', ",'-1,"],
    ['\t=1', ",'\t=1,"],
    ['a "quoted", text\r\n', ',"a ""quoted"", text\r\n",'],
    ['=HYPERLINK("http://x","y")', `,"'=HYPERLINK(""http://x"",""y"")",`],
  ])('writes %s so that no spreadsheet obeys it', async (reason, cell) => {
    expect(await write(reason)).toContain(cell);
  });
});
