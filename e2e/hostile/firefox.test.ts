/** Every attack against the built extension in Firefox. */
import { describe } from 'vitest';
import { describeAttacks } from './suite.ts';

describe('Firefox', () => describeAttacks('firefox'));
