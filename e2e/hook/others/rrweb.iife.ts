/** rrweb, the recorder of sessions: observes the document and takes clean built-ins from a frame of its own. */
import { record } from 'rrweb';

const start = () => record({ emit: () => undefined });
if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
else start();
