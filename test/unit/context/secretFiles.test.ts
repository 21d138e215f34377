// Which files are known to hold secrets, by their names and places.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isSecretFile } from '../../../src/context/secretFiles.ts';

describe('files that hold secrets', () => {
  const secret = [
    '.env',
    'web/.env.local',
    'prod.env',
    'certs/server.pem',
    'C:\\Users\\ada\\.ssh\\id_ed25519',
    'id_rsa',
    'deploy_key/id_rsa_github',
    '/home/ada/.ssh/config',
    '/home/ada/.aws/credentials',
    '/home/ada/.kube/config',
    '.npmrc',
    'secrets.yaml',
    'credentials.json',
    'service-account-prod.json',
    'terraform.tfstate',
    'release.keystore',
  ];
  const open = [
    '.env.example',
    '.env.template',
    'src/environment.ts',
    'src/credentials.ts',
    'src/secrets/store.ts',
    'id_rsa.md',
    'keyboard.ts',
    'main.ts',
    'aws/config.ts',
    '.docker/nginx.conf',
    '.aws/task-definition.json',
    'Untitled-1',
  ];
  for (const path of secret) it(`knows ${path}`, () => assert.equal(isSecretFile(path), true));
  for (const path of open) it(`lets ${path} be`, () => assert.equal(isSecretFile(path), false));
});
