/**
 * Forgets what the panel remembered of its user, as if it had never been here; unless the page is reloaded, which is what
 * tests of the memory do. Imported first: modules may read what is remembered while they are loaded.
 */
const [entry] = performance.getEntriesByType('navigation');
if (!(entry instanceof PerformanceNavigationTiming && entry.type === 'reload')) localStorage.clear();
