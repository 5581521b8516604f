/** What a filter can say, with an example of everything; an example goes into the field when it is chosen. */
import { FILTER_HELP } from '../words-search.ts';
import { Dialog, useDialog } from './Dialog.tsx';
import { usePanel } from './use-panel.ts';

export function FilterHelp({ onClose }: { onClose(): void }) {
  const { filter } = usePanel();
  const dialog = useDialog();
  return (
    <Dialog
      dialog={dialog}
      class="filter-help"
      title={FILTER_HELP.title}
      hint={FILTER_HELP.intro}
      onSubmit={() => dialog.close()}
      onClose={onClose}
    >
      <dl class="filter-examples">
        {FILTER_HELP.rows.map(([examples, words]) => (
          <div key={examples}>
            <dt>
              {examples.split('  ').map((example) => (
                <button
                  key={example}
                  type="button"
                  class="filter-example"
                  onClick={() => {
                    filter.setText(example);
                    dialog.close();
                  }}
                >
                  {example}
                </button>
              ))}
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <div class="settings-buttons">
        <button type="submit" class="button button-primary">
          {FILTER_HELP.close}
        </button>
      </div>
    </Dialog>
  );
}
