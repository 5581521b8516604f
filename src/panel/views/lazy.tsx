/** Views that are loaded when they are looked at for the first time: the panel opens without them. */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { LOADING } from '../words.ts';
import { EmptyState } from './EmptyState.tsx';

/**
 * Once per panel. `load` is a dynamic import, so that what it names ends up in a file of its own. `meanwhile`: what stands
 * in its place while it is loaded; nothing, for what takes no place, such as dialogs.
 */
export function lazyView<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  meanwhile: 'words' | 'nothing' = 'words',
): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null;

  return function LazyView(props: Props) {
    const [View, setView] = useState<ComponentType<Props> | null>(() => loaded);
    const [problem, setProblem] = useState<string | null>(null);
    useEffect(() => {
      if (loaded) return;
      load().then(
        (component) => {
          loaded = component;
          setView(() => component);
        },
        (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
      );
    }, []);
    if (View) return <View {...props} />;
    if (problem === null && meanwhile === 'nothing') return null;
    return <EmptyState words={problem === null ? [LOADING.loading, ''] : [LOADING.notLoaded, problem]} />;
  };
}
