/** The last things that happened to any client, newest first. */
import { journal } from './model.ts';

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export function Journal() {
  return (
    <section class="card journal" aria-label="Journal">
      <header>
        <h2>Journal</h2>
      </header>
      <ol>
        {journal.value.map(({ key, atMs, kind, name, text }) => (
          <li key={key} data-kind={kind}>
            <time>{CLOCK.format(atMs)}</time>
            <span class="dot" />
            <b>{name}</b>
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
