/**
 * Starts the lab's page: makes the clients, connects them, shows them, and publishes `window.lab`.
 * `?only=plain,mqtt` shows just those; `?connect=no` leaves them unconnected.
 */
import { render } from 'preact';
import { Card } from './Card.tsx';
import { Journal } from './Journal.tsx';
import { startCards } from './model.ts';
import { createScriptApi } from './script-api.ts';
import { followLab } from './servers.ts';
import { Toolbar } from './Toolbar.tsx';

const query = new URLSearchParams(location.search);
const cards = startCards(`ws://${location.host}`, query.get('only')?.split(',') ?? null);
window.lab = createScriptApi(cards);
followLab();

const app = document.getElementById('app');
if (app === null) throw new Error('the page has no #app');
render(
  <>
    <Toolbar cards={cards} />
    <main>
      {cards.map((card) => (
        <Card key={card.id} card={card} />
      ))}
      <Journal />
    </main>
  </>,
  app,
);

if (query.get('connect') !== 'no') window.lab.client('all').connect();
