/** Which columns the grids have, as fields of the settings page. The grids' own menus change the same. */
import { useState } from 'preact/hooks';
import type { ConnectionColumn } from '../models/connection-rows.ts';
import { type ColumnChoice, toggled } from '../state/column-choice.ts';
import type { FrameColumn } from '../state/frame-list-state.ts';
import { COLUMN_SETTING } from '../words-settings.ts';
import { CONNECTION_CHOICES, CONNECTION_TITLES, FRAME_CHOICES, FRAME_TITLES } from './column-titles.ts';
import { usePanel } from './use-panel.ts';

interface ColumnForm<Id extends string> {
  readonly shown: ReadonlySet<Id>;
  toggle(id: Id): void;
  reset(): void;
  save(): void;
}

function useColumnForm<Id extends string>(choice: ColumnChoice<Id>): ColumnForm<Id> {
  const [shown, setShown] = useState(choice.shown.peek());
  return {
    shown,
    toggle: (id) => setShown(toggled(shown, id)),
    reset: () => setShown(choice.usual),
    save: () => {
      if (shown !== choice.shown.peek()) choice.choose(shown);
    },
  };
}

interface ColumnForms {
  readonly connections: ColumnForm<ConnectionColumn>;
  readonly frames: ColumnForm<FrameColumn>;
}

export function useColumnForms(): ColumnForms {
  const { connectionList, frameList } = usePanel();
  return { connections: useColumnForm(connectionList.columns), frames: useColumnForm(frameList.columns) };
}

export function ColumnFields({ connections, frames }: ColumnForms) {
  return (
    <>
      <Columns
        title={COLUMN_SETTING.connections}
        ids={CONNECTION_CHOICES}
        titles={CONNECTION_TITLES}
        form={connections}
      />
      <Columns title={COLUMN_SETTING.frames} ids={FRAME_CHOICES} titles={FRAME_TITLES} form={frames} />
    </>
  );
}

interface ColumnsProps<Id extends string> {
  readonly title: string;
  readonly ids: readonly Id[];
  readonly titles: Readonly<Record<Id, string>>;
  readonly form: ColumnForm<Id>;
}

function Columns<Id extends string>({ title, ids, titles, form }: ColumnsProps<Id>) {
  return (
    <fieldset class="settings-columns">
      <legend>{title}</legend>
      {ids.map((id) => (
        <label key={id}>
          <input type="checkbox" name={`column-${id}`} checked={form.shown.has(id)} onChange={() => form.toggle(id)} />
          {titles[id]}
        </label>
      ))}
    </fieldset>
  );
}
