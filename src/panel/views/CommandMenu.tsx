/** Commands of other tools for the selected connection, to be copied. Secrets are left out unless somebody asks for them. */
import { useEffect, useState } from 'preact/hooks';
import { commandsFor } from '../../analysis/commands.ts';
import type { ConnectionRecord } from '../../protocol/records.ts';
import type { CodeDialogProps } from '../sessions/CodeDialog.tsx';
import { DETAIL } from '../words.ts';
import { COMMANDS } from '../words-findings.ts';
import { copyText } from './CopyButton.tsx';
import { Icon } from './Icon.tsx';
import { lazyView } from './lazy.tsx';
import { useMenu } from './use-menu.ts';
import { usePanel } from './use-panel.ts';

const CodeDialog = lazyView<CodeDialogProps>(
  () => import('../sessions/CodeDialog.tsx').then((file) => file.CodeDialog),
  'nothing',
);

/** How long it is said that something was copied. */
const SAID_MS = 1_500;

export function CommandMenu({ record }: { readonly record: ConnectionRecord }) {
  const { recording } = usePanel();
  const { root, button, isOpen, setOpen, close, onKeyDown } = useMenu();
  const [withSecrets, setWithSecrets] = useState(false);
  const [result, setResult] = useState<string | null>(null);
  const [isCoding, setCoding] = useState(false);
  const pageUrl = recording.documents.value.get(record.documentId)?.url ?? null;
  const commands = commandsFor(record, { pageUrl, withSecrets });

  useEffect(() => {
    if (result === null) return undefined;
    const timer = setTimeout(() => setResult(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [result]);

  if (commands.length === 0) return null;

  async function copy(text: string): Promise<void> {
    close();
    setResult((await copyText(text)) ? DETAIL.copied : DETAIL.notCopied);
  }

  return (
    <span ref={root} class="command-menu">
      <output class="copy-result" aria-live="polite">
        {result}
      </output>
      <button
        ref={button}
        type="button"
        class="tool"
        aria-label={COMMANDS.button}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        title={COMMANDS.hint}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="terminal" />
        <Icon name="menu" />
      </button>
      {isOpen && (
        <div
          class="menu"
          style={placeBelow(button.current)}
          role="menu"
          aria-label={COMMANDS.button}
          onKeyDown={onKeyDown}
        >
          <div class="menu-head">{COMMANDS.button}</div>
          {commands.map(({ id, title, text }) => (
            <button
              key={id}
              type="button"
              role="menuitem"
              class="menu-item command"
              title={text}
              onClick={() => void copy(text)}
            >
              <span class="command-name">{id}</span>
              <span class="command-title">{title}</span>
            </button>
          ))}
          <button
            type="button"
            role="menuitem"
            class="menu-item command"
            onClick={() => {
              close();
              setCoding(true);
            }}
          >
            {COMMANDS.code}
          </button>
          <label class="menu-files command-secrets">
            <input
              type="checkbox"
              checked={withSecrets}
              onChange={(event) => setWithSecrets(event.currentTarget.checked)}
            />
            {COMMANDS.withSecrets}
          </label>
        </div>
      )}
      {isCoding && <CodeDialog record={record} onClose={() => setCoding(false)} />}
    </span>
  );
}

/** In the window, not in what scrolls: there it would be cut. */
function placeBelow(button: HTMLElement | null) {
  const { bottom = 0, right = 0 } = button?.getBoundingClientRect() ?? {};
  return { top: `${bottom}px`, right: `${Math.max(4, document.documentElement.clientWidth - right)}px` };
}
