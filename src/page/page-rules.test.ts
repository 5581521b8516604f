/**
 * What code in the page's world must not do, as rules over its syntax tree: each way to reach something that a page can
 * replace. Files are checked as they stand; the rules are checked with snippets that break them.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';

const FOLDER = dirname(fileURLToPath(import.meta.url));
/** May use globals, while they are first evaluated. */
const CAPTURING = ['primordials.ts', 'platform.ts'];
/** May write by index: to typed arrays of their own, and to a descriptor's own field. */
const INDEXING = ['columns.ts', 'mask.ts', join('faults', 'data.ts')];
/** May throw: what the specification has send() throw. */
const THROWING = join('faults', 'refusal.ts');

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

const FORBIDDEN_SYNTAX: Readonly<Record<string, string>> = {
  ForOfStatement: 'iterates: Array.prototype[Symbol.iterator] is the page’s',
  ForInStatement: 'walks the prototype chain',
  SpreadElement: 'iterates',
  ArrayPattern: 'iterates',
  YieldExpression: 'uses Generator.prototype',
  AwaitExpression: 'looks up `then` and `constructor`',
  ThrowStatement: 'throws: into the page, in the end',
  TaggedTemplateExpression: 'calls with an array that inherits from Array.prototype',
  ClassDeclaration: 'is not needed',
  ClassExpression: 'is not needed',
  ImportExpression: 'loads at run time',
};

/** Every method name of the built-ins that a page could have replaced, and of the DOM classes in use here. */
const BUILT_IN_METHODS = new Set(
  [
    Array,
    ArrayBuffer,
    Blob,
    Boolean,
    DataView,
    Date,
    Event,
    EventTarget,
    Function,
    Map,
    MessageEvent,
    MessagePort,
    Number,
    Object,
    Performance,
    Promise,
    RegExp,
    Set,
    String,
    Symbol,
    TextEncoder,
    Object.getPrototypeOf(Uint8Array),
    WeakMap,
    WeakRef,
  ]
    .flatMap((builtIn) => Object.getOwnPropertyNames(builtIn.prototype))
    .concat('send', 'close', 'observe', 'timeout', 'readAsArrayBuffer'),
);

/** Accessors of foreign objects; our own fields have other names. */
const BUILT_IN_ACCESSORS = new Set([
  'binaryType',
  'bufferedAmount',
  'byteLength',
  'currentTarget',
  'data',
  'extensions',
  'hidden',
  'ports',
  'readyState',
  'timeStamp',
]);

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

function childrenOf(node: Node): readonly Node[] {
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'parent' ? [] : (Array.isArray(value) ? value : [value]).filter(isNode),
  );
}

/** Types have no run time; casts have, inside. */
function isType(node: Node): boolean {
  return node.type.startsWith('TS') && !['TSAsExpression', 'TSSatisfiesExpression'].includes(node.type);
}

const isFunction = (node: Node) => /Function/.test(node.type);
const nameOf = (value: unknown) => (isNode(value) && value.type === 'Identifier' ? String(value.name) : '');

/** Names that the file itself declares, anywhere in it. */
function declaredNames(node: Node, names = new Set<string>()): ReadonlySet<string> {
  const bind = (pattern: unknown): void => {
    if (!isNode(pattern)) return;
    if (pattern.type === 'Identifier') names.add(nameOf(pattern));
    if (pattern.type === 'AssignmentPattern') bind(pattern.left);
    if (pattern.type === 'ObjectPattern') for (const property of childrenOf(pattern)) bind(property.value);
  };
  if (isType(node)) return names;
  if (node.type === 'VariableDeclarator' || isFunction(node)) bind(node.id);
  if (isFunction(node)) for (const parameter of (node.params as readonly Node[] | undefined) ?? []) bind(parameter);
  if (node.type === 'CatchClause') bind(node.param);
  if (node.type === 'ImportSpecifier') bind(node.local);
  for (const child of childrenOf(node)) declaredNames(child, names);
  return names;
}

/** Complaints about one source file, as "line: what". */
function complaints(file: string, source: string): readonly string[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]?.message}`);
  const declared = declaredNames(program as unknown as Node);
  const found: string[] = [];
  const complain = (node: Node, what: string) =>
    found.push(`${file}:${source.slice(0, node.start).split('\n').length}: ${what}`);

  function check(node: Node, parent: Node | null, depth: number): void {
    if (isType(node)) return;
    const forbidden = FORBIDDEN_SYNTAX[node.type];
    if (forbidden && !(node.type === 'ThrowStatement' && file === THROWING))
      complain(node, `${node.type} ${forbidden}`);
    if (isFunction(node) && (node.async || node.generator))
      complain(node, 'async functions and generators are objects');
    if (node.type === 'RestElement') complain(node, 'a rest parameter is an array that inherits from Array.prototype');
    if (node.type === 'Literal' && node.regex) complain(node, 'a RegExp runs RegExp.prototype.exec');
    if (node.type === 'BinaryExpression' && (node.operator === 'instanceof' || node.operator === 'in')) {
      complain(node, `${node.operator} asks prototypes`);
    }
    if (node.type === 'CallExpression') checkCall(node, depth);
    if (node.type === 'NewExpression') checkArguments(node);
    if (node.type === 'MemberExpression') checkMember(node, parent, depth);
    if (node.type === 'Identifier') checkReference(node, parent, depth);
    if (node.type === 'ImportDeclaration') checkImport(node);
    for (const child of childrenOf(node)) check(child, node, depth + (isFunction(node) ? 1 : 0));
  }

  const isCapturing = (depth: number) => CAPTURING.includes(file) && depth === 0;

  function checkCall(node: Node, depth: number): void {
    const callee = node.callee as Node;
    if (['masked', 'defineProperty'].includes(nameOf(callee))) checkArguments(node);
    if (callee.type !== 'MemberExpression' || isCapturing(depth)) return;
    const method = nameOf(callee.property);
    if (callee.computed) complain(node, 'a computed method may be anything');
    else if (BUILT_IN_METHODS.has(method)) complain(node, `.${method}() is looked up on a prototype`);
  }

  /** Descriptors, dictionaries and proxy handlers are read by the platform, inherited fields included. */
  function checkArguments(node: Node): void {
    for (const argument of node.arguments as readonly Node[]) {
      if (argument.type !== 'ObjectExpression') continue;
      const [first] = argument.properties as readonly Node[];
      if (nameOf(first?.key) !== '__proto__')
        complain(argument, 'the object inherits; begin it with `__proto__: null`');
    }
  }

  function checkMember(node: Node, parent: Node | null, depth: number): void {
    if (isCapturing(depth)) return;
    if (!node.computed && BUILT_IN_ACCESSORS.has(nameOf(node.property))) {
      complain(node, `.${nameOf(node.property)} is an accessor of a prototype`);
    }
    const isTarget = parent?.type === 'AssignmentExpression' && parent.left === node;
    if (node.computed && isTarget && !INDEXING.includes(file)) {
      complain(node, 'a write by index runs setters of Array.prototype');
    }
  }

  function checkReference(node: Node, parent: Node | null, depth: number): void {
    const name = nameOf(node);
    const isKey =
      (parent?.type === 'MemberExpression' && parent.property === node && !parent.computed) ||
      (parent?.type === 'Property' && parent.key === node && !parent.shorthand) ||
      /^(Import|Export)/.test(parent?.type ?? '');
    if (isKey || declared.has(name) || name === 'undefined' || isCapturing(depth)) return;
    complain(node, `${name} is a global, and no longer ours`);
  }

  function checkImport(node: Node): void {
    if (node.importKind === 'type' || !/^(\.\.\/)+protocol\//.test(String((node.source as Node).value))) return;
    for (const specifier of node.specifiers as readonly Node[]) {
      const name = nameOf(specifier.imported);
      if (specifier.importKind !== 'type' && !/^[A-Z0-9_]+$/.test(name)) {
        complain(node, `${name} is code of protocol/, which is written for clean worlds`);
      }
    }
  }

  check(program as unknown as Node, null, 0);
  return found;
}

const sources = readdirSync(FOLDER, { encoding: 'utf8', recursive: true }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
);

describe('code in the world of the page', () => {
  it('is found', () => expect(sources).toContain('page.iife.ts'));

  it.each(sources)('%s reaches nothing that a page can replace', (file) => {
    expect(complaints(file, readFileSync(join(FOLDER, file), 'utf8'))).toEqual([]);
  });
});

describe('the rules', () => {
  it.each([
    ['for (const x of y) x;'],
    ['for (const x in {}) x;'],
    ['const [a] = b;'],
    ['const a = [...b];'],
    ['const a = (b) => c(...b);'],
    ['function f(...rest) {}'],
    ['async function f() {}'],
    ['function* f() {}'],
    ['const a = async () => { await 1; };'],
    ['throw 1;'],
    ['const a = /x/;'],
    ['const f = (a, b) => a instanceof b;'],
    ["const f = (a) => 'b' in a;"],
    ['class A {}'],
    ['const f = (a) => a`b`;'],
    ['const f = (list) => list.push(1);'],
    ['const f = (list) => list.forEach(f);'],
    ['const f = (a) => f.call(a);'],
    ['const f = (a) => f.bind(a);'],
    ['const f = (a) => a.then(f);'],
    ['const f = (socket) => socket.send(1);'],
    ['const f = (socket) => socket.addEventListener(f);'],
    ['const f = (event) => event.data;'],
    ['const f = (socket) => socket.readyState;'],
    ['const f = (a, b) => a[b]();'],
    ['const f = (list) => { list[0] = 1; };'],
    ['const f = () => Object.keys(f);'],
    ['const f = () => JSON;'],
    ['const f = () => new Map();'],
    ['const f = () => window;'],
    ['const f = () => console.log(1);'],
    ['const f = (P) => new P({ a: 1 });'],
    ['const f = (defineProperty) => defineProperty(f, f, { value: 1 });'],
    ['const f = (masked) => masked(f, { apply: f });'],
    ["import('./a.ts');"],
    ["import { utf8Bytes } from '../protocol/frame-columns.ts';"],
  ])('refuse %s', (snippet) => {
    expect(complaints('snippet.ts', snippet)).not.toEqual([]);
  });

  it.each([
    ['const f = (a: (...b: number[]) => void) => a as unknown;'],
    ['const f = (P) => new P({ __proto__: null, a: 1 });'],
    ['const f = ({ a, b: c }) => a + c;'],
    ['const f = (recorder) => recorder.flush();'],
    ['const f = (list, i) => list[i];'],
    ['const f = (a) => ({ kind: a, undefined });'],
    ["import { RING_FRAMES } from '../protocol/limits.ts'; const f = () => RING_FRAMES;"],
    ["import { type A, RING_FRAMES } from '../protocol/limits.ts';"],
    ["import type { A } from '../protocol/records.ts';"],
  ])('allow %s', (snippet) => {
    expect(complaints('snippet.ts', snippet)).toEqual([]);
  });

  it('let two files capture, but only while they are evaluated', () => {
    expect(complaints('platform.ts', 'export const now = performance.now;')).toEqual([]);
    expect(complaints('platform.ts', 'export const now = () => performance.now();')).not.toEqual([]);
  });
});
