/** The FrameSource that reads the database. */
import type { Store } from '../../store/open.ts';
import { readChunks, readContents, readPayloads } from '../../store/reader.ts';
import { rereading } from '../link/store-source.ts';
import type { FrameSource } from './frame-source.ts';

export function createStoreFrames(store: Store): FrameSource {
  const read = rereading(store);
  return {
    chunks: (connectionId, fromSeq, toSeq) => read((database) => readChunks(database, connectionId, fromSeq, toSeq)),
    payloads: (connectionId, fromSeq, toSeq) =>
      read((database) => readPayloads(database, connectionId, fromSeq, toSeq)),
    contents: (connectionId, fromSeq, toSeq) =>
      read((database) => readContents(database, connectionId, fromSeq, toSeq)),
  };
}
