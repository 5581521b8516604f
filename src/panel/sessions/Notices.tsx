/** What happened to sessions while perhaps nobody looked, until somebody has seen it. */
import { formatBytes } from '../models/format.ts';
import { usePanel } from '../views/use-panel.ts';
import { NOTICES } from '../words-sessions.ts';

export function Notices() {
  const { sessions } = usePanel();
  const notices = sessions.notices.value;
  if (notices.length === 0) return null;
  return (
    <section class="sessions-said sessions-notices" aria-label={NOTICES.label}>
      <ul>
        {notices.map(({ sessionId, atMs, name, storedBytes }) => (
          <li key={`${atMs} ${sessionId}`} dir="auto">
            {NOTICES.deletedForRoom(name, formatBytes(storedBytes))}
          </li>
        ))}
      </ul>
      <button type="button" class="button" onClick={() => sessions.dismissNotices()}>
        {NOTICES.dismiss}
      </button>
    </section>
  );
}
