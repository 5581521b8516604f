/** Every scenario of the catalogue has words, the English ones are its own, and own scenarios keep theirs. */
import { afterEach, describe, expect, it } from 'vitest';
import { speak } from '../../e2e/words/node.ts';
import { CATALOGUE } from './catalogue.ts';
import { scenarioTitle, scenarioWords } from './catalogue-words.ts';

afterEach(() => speak('en'));

describe.each(CATALOGUE.map((scenario) => ({ name: scenario.name, scenario })))('$name', ({ name, scenario }) => {
  it('is called in English what it is known by', () => {
    const { description } = scenario;
    expect(scenarioWords(scenario)).toEqual({ name, description });
  });

  it('has words of its own in Turkish', () => {
    speak('tr');
    const shown = scenarioWords(scenario);
    expect(shown.name).not.toBe(name);
    expect(shown.description).not.toBe(scenario.description);
    expect(scenarioTitle(name)).toBe(shown.name);
  });

  it('is left alone when it is a user’s own', () => {
    speak('tr');
    expect(scenarioWords({ ...scenario, group: 'own' }).name).toBe(name);
  });
});

it('a name that nobody knows stays', () => {
  speak('tr');
  expect(scenarioTitle('toString')).toBe('toString');
});
