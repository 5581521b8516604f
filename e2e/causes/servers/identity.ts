/** A certificate that nobody vouches for, made when it is needed. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ProgramStage, runProgram } from './program.ts';

export async function createIdentity({
  host,
  folder,
}: ProgramStage): Promise<{ readonly key: string; readonly cert: string }> {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  mkdirSync(folder, { recursive: true });
  await runProgram('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=cause lab', '-addext', `subjectAltName=IP:${host}`, '-keyout', key, '-out', cert],
  ]);
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}
