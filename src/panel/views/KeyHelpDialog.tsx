/** All keys of the panel in one place. */
import { KEYS } from '../words.ts';
import { KEY_HELP } from '../words-keys.ts';
import { Dialog, useDialog } from './Dialog.tsx';
import { IS_MAC } from './engine.ts';
import '../styles/key-help.css';

const MODIFIERS: Readonly<Record<string, string>> = IS_MAC
  ? { Mod: KEYS.command, Shift: KEYS.shiftSymbol }
  : { Mod: KEYS.control, Shift: KEYS.shift };

export function KeyHelpDialog({ onClose }: { onClose(): void }) {
  const dialog = useDialog();
  return (
    <Dialog
      dialog={dialog}
      class="key-help"
      title={KEY_HELP.title}
      hint={KEY_HELP.hint}
      onSubmit={dialog.close}
      onClose={onClose}
    >
      <div class="key-help-groups">
        {KEY_HELP.groups.map(({ name, lines }) => (
          <section key={name} aria-label={name}>
            <h3>{name}</h3>
            <dl>
              {lines.map(([keys, what]) => (
                <div key={what}>
                  <dt>
                    {keys.map((chord) => (
                      <Chord key={chord} chord={chord} />
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <div class="settings-buttons">
        <button type="submit" class="button button-primary">
          {KEY_HELP.close}
        </button>
      </div>
    </Dialog>
  );
}

function Chord({ chord }: { readonly chord: string }) {
  const parts = chord === '+' ? [chord] : chord.split('+');
  return <kbd>{parts.map((part) => MODIFIERS[part] ?? part).join(IS_MAC ? '' : '+')}</kbd>;
}
