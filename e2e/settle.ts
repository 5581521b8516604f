/**
 * Imported for its effect by the unit tests, whose files share the modules of their thread: what a file of tests still
 * loads when it ends would fail, and stay failed for all files that follow.
 */
import { afterAll, vi } from 'vitest';

afterAll(() => vi.dynamicImportSettled());
