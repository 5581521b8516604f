/** Gives the user a file, as a download. The permission `downloads` is not needed for that. */

/** A download has begun long before; Firefox reads the URL late. */
const KEPT_MS = 60_000;

export function saveFile(name: string, type: string, content: string | Blob): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
