/** Rising seqs of frames, four bytes each: what a filter lets through, of a million frames as of ten. Grows in place. */

export interface SeqList {
  /** Now. A reader that keeps the list keeps its own length, too. */
  readonly length: number;
  /** The seq at an index from 0; -1 beyond the end. */
  seqAt(index: number): number;
  /** The index of the first seq that is at least this one; `length` where there is none. */
  indexFrom(seq: number): number;
  /** -1 where it is not among them. */
  indexOf(seq: number): number;
}

export interface GrowingSeqList extends SeqList {
  /** Seqs that rise on, all higher than those that are there. */
  append(seqs: Uint32Array): void;
}

const FIRST_CAPACITY = 64;

export function createSeqList(): GrowingSeqList {
  let seqs = new Uint32Array(0);
  let length = 0;

  function indexFrom(seq: number): number {
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((seqs[middle] ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    get length() {
      return length;
    },
    seqAt: (index) => (index < length ? (seqs[index] ?? -1) : -1),
    indexFrom,
    indexOf: (seq) => {
      const index = indexFrom(seq);
      return index < length && seqs[index] === seq ? index : -1;
    },
    append: (more) => {
      if (length + more.length > seqs.length) {
        const larger = new Uint32Array(Math.max(FIRST_CAPACITY, 2 * seqs.length, length + more.length));
        larger.set(seqs.subarray(0, length));
        seqs = larger;
      }
      seqs.set(more, length);
      length += more.length;
    },
  };
}

export const NO_SEQS: SeqList = createSeqList();
