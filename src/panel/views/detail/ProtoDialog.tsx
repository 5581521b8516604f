/** Where the user gives a .proto for the messages of an endpoint, and says which types are spoken. */
import { useEffect, useId, useState } from 'preact/hooks';
import type { SchemaReading } from '../../../decoders/payloads/proto-schema.ts';
import type { DetailState } from '../../state/detail-state.ts';
import { PROTO } from '../../words-detail.ts';
import { Dialog, ResettingButtons, useDialog } from '../Dialog.tsx';

const FIELD = 'proto';
/** In the language of the file, not the user's. */
const EXAMPLE = 'syntax = "proto3";\nmessage Tick {\n  int64 id = 1;\n}';
/** A .proto is written by people. */
const MAX_FILE_BYTES = 1_000_000;

export interface ProtoDialogProps {
  readonly detail: DetailState;
  onClose(): void;
}

export function ProtoDialog({ detail, onClose }: ProtoDialogProps) {
  const dialog = useDialog();
  const id = useId();
  const before = detail.proto.peek();
  const [source, setSource] = useState(before?.source ?? '');
  const [types, setTypes] = useState({ inType: before?.inType ?? '', outType: before?.outType ?? '' });
  const [reading, setReading] = useState<SchemaReading | null>(null);

  useEffect(() => {
    let isOver = false;
    // The parser comes with the first dialog, not with the panel.
    void import('../../../decoders/payloads/proto-schema.ts').then(({ readProtoSchema }) => {
      if (!isOver) setReading(source.trim() === '' ? null : readProtoSchema(source));
    });
    return () => {
      isOver = true;
    };
  }, [source]);

  const names = reading?.ok ? reading.messageNames : [];
  const known = (name: string) => (names.includes(name) ? name : '');
  const problem =
    reading === null || reading.ok ? null : reading.problem === '' ? PROTO.noMessages : PROTO.refused(reading.problem);

  function save(): void {
    if (source.trim() !== '' && !reading?.ok) {
      dialog.focusField(FIELD);
      return;
    }
    const isGiven = source.trim() !== '';
    detail.setProto(isGiven ? { source, inType: known(types.inType), outType: known(types.outType) } : null);
    detail.chooseView(isGiven ? 'proto' : null);
    dialog.close();
  }

  async function openFile(files: FileList | null): Promise<void> {
    const file = files?.[0];
    if (file && file.size <= MAX_FILE_BYTES) setSource(await file.text());
  }

  return (
    <Dialog dialog={dialog} title={PROTO.title} hint={PROTO.hint} class="schema" onSubmit={save} onClose={onClose}>
      <label class="scenario-json" for={id}>
        {PROTO.label}
      </label>
      <textarea
        id={id}
        name={FIELD}
        class="schema-text"
        rows={10}
        spellcheck={false}
        placeholder={EXAMPLE}
        value={source}
        aria-invalid={problem !== null}
        aria-describedby={`${id}-problem`}
        onInput={(event) => setSource(event.currentTarget.value)}
      />
      <input
        type="file"
        accept=".proto,text/plain"
        aria-label={PROTO.open}
        onChange={(event) => void openFile(event.currentTarget.files)}
      />
      <span id={`${id}-problem`} class="settings-problem" role="alert">
        {problem}
      </span>
      {(['inType', 'outType'] as const).map((field) => (
        <label key={field} class="proto-type">
          <span>{PROTO[field]}</span>
          <select
            class="select"
            name={field}
            value={known(types[field])}
            onChange={(event) => setTypes({ ...types, [field]: event.currentTarget.value })}
          >
            <option value="">{PROTO.noType}</option>
            {names.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      ))}
      <ResettingButtons dialog={dialog} words={PROTO} onReset={() => setSource('')} />
    </Dialog>
  );
}
