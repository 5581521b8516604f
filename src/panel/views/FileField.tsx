/** A hidden field that asks for files, opened by a button of whoever shows it. The same file can be chosen twice. */
import type { RefObject } from 'preact';

export interface FileFieldProps {
  /** To `click` it. */
  readonly field: RefObject<HTMLInputElement | null>;
  readonly accept: string;
  readonly isMultiple?: boolean;
  onFiles(files: readonly File[]): void;
}

export function FileField({ field, accept, isMultiple = false, onFiles }: FileFieldProps) {
  return (
    <input
      ref={field}
      hidden
      multiple={isMultiple}
      type="file"
      accept={accept}
      onChange={(event) => {
        onFiles([...(event.currentTarget.files ?? [])]);
        event.currentTarget.value = '';
      }}
    />
  );
}
