/** Every attack against the built extension in Chromium. */
import { describe } from 'vitest';
import { describeAttacks } from './suite.ts';

describe('Chromium', () => describeAttacks('chromium'));
