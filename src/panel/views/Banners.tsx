/** What stands above everything else: the recordings cannot be used, or the extension was replaced. */
import { useState } from 'preact/hooks';
import { FAILURE, FAILURES, ORPHANED } from '../words.ts';
import { Icon } from './Icon.tsx';
import { usePanel } from './use-panel.ts';

export function Banners() {
  const { recording } = usePanel();
  if (recording.status.value === 'orphaned') return <OrphanedBanner />;
  return recording.failure.value ? <FailureBanner /> : null;
}

function OrphanedBanner() {
  const { place } = usePanel();
  return (
    <div class="banner" role="alert">
      <Icon name="warning" />
      <div class="banner-text">
        <strong>{ORPHANED.title}</strong>
        <span>{ORPHANED.advice[place]}</span>
      </div>
    </div>
  );
}

/** Nothing is deleted before the second button was pressed. */
function FailureBanner() {
  const state = usePanel();
  const [isAsking, setAsking] = useState(false);
  const failure = state.recording.failure.value;
  if (!failure) return null;
  const { title, advice } = FAILURES[failure.failure];
  return (
    <div class="banner" role="alert">
      <Icon name="warning" />
      <div class="banner-text">
        <strong>{title}</strong>
        <span>{advice}</span>
        <details>
          <summary>{FAILURE.details}</summary>
          <code>{failure.detail}</code>
        </details>
      </div>
      {isAsking ? (
        <div class="banner-buttons" role="alertdialog" aria-label={FAILURE.confirm}>
          <span>{FAILURE.confirm}</span>
          <button
            type="button"
            class="button button-danger"
            onClick={() => {
              setAsking(false);
              void state.deleteEverything();
            }}
          >
            {FAILURE.confirmYes}
          </button>
          <button type="button" class="button" ref={(button) => button?.focus()} onClick={() => setAsking(false)}>
            {FAILURE.confirmNo}
          </button>
        </div>
      ) : (
        <div class="banner-buttons">
          <button type="button" class="button button-primary" onClick={() => state.retry()}>
            {FAILURE.retry}
          </button>
          <button type="button" class="button" onClick={() => setAsking(true)}>
            {FAILURE.deleteAll}…
          </button>
        </div>
      )}
    </div>
  );
}
