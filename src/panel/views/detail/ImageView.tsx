/** A picture that came as bytes. An <img> over a blob: address, of a kind that was recognised: nothing in it can run. */
import { useEffect, useState } from 'preact/hooks';
import type { ImageFacts } from '../../../decoders/payloads/image.ts';
import { formatBytes } from '../../models/format.ts';
import { PICTURE } from '../../words-detail.ts';

export interface ImageViewProps {
  readonly bytes: Uint8Array;
  readonly image: ImageFacts;
}

export function ImageView({ bytes, image: { mime, widthPx, heightPx } }: ImageViewProps) {
  const [url, setUrl] = useState<string | null>(null);
  const [isBroken, setBroken] = useState(false);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: mime }));
    setUrl(made);
    setBroken(false);
    return () => URL.revokeObjectURL(made);
  }, [bytes, mime]);
  const size = widthPx > 0 ? `${widthPx} × ${heightPx}` : '';
  return (
    <figure class="image-view">
      <div class="image-stage">
        {url !== null && <img src={url} alt={PICTURE.label} hidden={isBroken} onError={() => setBroken(true)} />}
        {isBroken && <p class="note">{PICTURE.broken}</p>}
      </div>
      <figcaption class="note">
        {[mime.replace('image/', '').toUpperCase(), size, formatBytes(bytes.length)].filter(Boolean).join(' · ')}
      </figcaption>
    </figure>
  );
}
