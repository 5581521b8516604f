/** What stands where nothing is: what it would be, and what to do for it. */
import type { ComponentChildren } from 'preact';

export interface EmptyStateProps {
  readonly words: readonly [title: string, advice: string];
  readonly children?: ComponentChildren;
}

export function EmptyState({ words: [title, advice], children }: EmptyStateProps) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {advice !== '' && <p>{advice}</p>}
      {children}
    </div>
  );
}
