// The extension with a double of the editor: it starts the server, registers its commands, and shows results.
'use strict';

const assert = require('assert');
const fs = require('fs');
const path = require('path');
const Module = require('module');

const log = { commands: {}, shown: '', started: null, tasks: null, executed: [] };
const settings = { path: 'tasq-here', machine: 'machines/m.toml', site: 'site/lab.toml', exports: true };
const vscode = {
  workspace: {
    getConfiguration: () => ({ get: (name) => settings[name] }),
    createFileSystemWatcher: (glob) => ({ glob }),
    // The client writes a new file a little later than the answer comes.
    openTextDocument: async (uri) => { log.tries = (log.tries || 0) + 1; if (log.tries < 3) { throw new Error('not there'); } return uri; },
    textDocuments: [{ uri: { toString: () => 'file:///lab/b.tasq' }, isDirty: true, save: async () => { log.saved = true; return true; } }],
    workspaceFolders: [{ uri: { fsPath: '/lab' }, name: 'lab' }],
  },
  window: {
    createOutputChannel: () => ({ clear() { log.shown = ''; }, append(text) { log.shown += text; }, appendLine(text) { log.shown += `${text}\n`; }, show() {}, dispose() {} }),
    showInformationMessage: (text) => { log.information = text; },
    showErrorMessage: async (text) => { log.error = text; },
    showTextDocument: async (document) => { log.opened = document.fsPath; },
    activeTextEditor: { document: { uri: { toString: () => 'file:///lab/a.tasq' } }, selection: { active: { line: 4 } } },
  },
  commands: {
    registerCommand: (name, run) => { log.commands[name] = run; return { dispose() {} }; },
    executeCommand: async (name, ...args) => {
      log.executed.push([name, ...args]);
      if (name === 'vscode.executeCodeLensProvider') {
        const lens = (line, command) => ({ range: { start: { line } }, command: { command, arguments: [line] } });
        return [lens(1, 'tasq.server.simulateUpTo'), lens(3, 'tasq.server.simulateUpTo'), lens(9, 'tasq.server.simulateUpTo')];
      }
      return undefined;
    },
  },
  tasks: { registerTaskProvider: (type, provider) => { log.tasks = provider; return { dispose() {} }; }, executeTask: async (task) => { log.task = task; } },
  Uri: { parse: (text) => ({ fsPath: text.replace('file://', '') }) },
  ProcessExecution: class { constructor(command, args) { this.command = command; this.args = args; } },
  Task: class { constructor(definition, scope, name, source, execution, matcher) { Object.assign(this, { definition, scope, name, source, execution, matcher }); } },
  TaskScope: { Workspace: 2 }, TaskGroup: { Build: 'build' }, TaskRevealKind: { Always: 1 },
};
class LanguageClient {
  constructor(id, name, server, client) { this.options = { id, name, server, client }; log.started = this.options; }
  async start() { if (settings.fail) { throw settings.fail === 'silently' ? undefined : new Error('not found'); } }
  async stop() { log.stopped = true; }
}
const load = Module._load;
Module._load = (name, ...rest) => {
  if (name === 'vscode') { return vscode; }
  if (name === 'vscode-languageclient/node') { return { LanguageClient }; }
  return load(name, ...rest);
};

(async () => {
  const extension = require('../extension.js');
  const manifest = JSON.parse(fs.readFileSync(path.join(__dirname, '..', 'package.json'), 'utf8'));
  await extension.activate({ subscriptions: [] });
  for (const { command } of manifest.contributes.commands) {
    assert(log.commands[command], `${command} is registered`);
  }
  assert.deepStrictEqual(log.started.server.run, { command: 'tasq-here', args: ['lsp'] });
  assert.strictEqual(log.started.client.initializationOptions.machine, 'machines/m.toml');
  assert.strictEqual(log.started.client.initializationOptions.site, 'site/lab.toml');
  assert(log.started.client.documentSelector.some((one) => one.language === 'xml'));
  assert(log.started.client.documentSelector.some((one) => one.pattern === '**/site.toml'));

  // The last lens above the cursor is the step's.
  await log.commands['tasq.simulateHere']();
  assert.deepStrictEqual(log.executed.pop(), ['tasq.server.simulateUpTo', 3]);
  await log.commands['tasq.runTestHere']();
  assert(log.information.includes('no test'));
  const { middleware } = log.started.client;
  await middleware.executeCommand('tasq.server.simulateUpTo', [], async () => ({ text: 'two steps ran' }));
  assert(log.shown.includes('two steps ran'));
  await log.commands['tasq.convert']();
  assert.deepStrictEqual(log.executed.pop(), ['tasq.server.convertToTasq', 'file:///lab/a.tasq']);
  await middleware.executeCommand('tasq.server.convertToTasq', [], async () => ({ files: ['file:///lab/export.tasq'] }));
  assert.strictEqual(log.opened, '/lab/export.tasq');
  await log.commands['tasq.runTest']('file:///lab/a.tasq', 'runs', 7);
  assert.deepStrictEqual(log.task.execution.args, ['test', '/lab/a.tasq:7']);
  // The server's own arguments win, and what was typed is saved first.
  await log.commands['tasq.runTest']('file:///lab/b.tasq', 'runs', 7, ['test', '/lab/b.tasq:8']);
  assert(log.saved);
  assert.deepStrictEqual(log.task.execution.args, ['test', '/lab/b.tasq:8']);

  const [check] = log.tasks.provideTasks();
  assert.deepStrictEqual(check.execution.args, ['check', '.', '--output-format', 'short']);
  assert.strictEqual(check.matcher, '$tasq');
  const build = log.tasks.resolveTask({ definition: { type: 'tasq', command: 'build', file: 'a.tasq' } });
  assert.deepStrictEqual(build.execution.args, ['build', 'a.tasq']);

  const pattern = new RegExp(manifest.contributes.problemMatchers[0].pattern.regexp);
  const match = pattern.exec('lab dir/a.tasq:3:5: error[TQ0202]: there is no property `x`: y');
  assert.deepStrictEqual(match.slice(1), ['lab dir/a.tasq', '3', '5', 'error', 'TQ0202', 'there is no property `x`: y']);
  assert(/^[ ]*$/.exec('') && new RegExp(JSON.parse(fs.readFileSync(path.join(__dirname, '..', 'language-configuration.json'), 'utf8')).indentationRules.increaseIndentPattern).test('step "a" run_command_line <'));

  settings.fail = true;
  await log.commands['tasq.restart']();
  assert(log.stopped && log.error.includes('tasq-here lsp" (not found)'));
  settings.fail = 'silently';
  await log.commands['tasq.restart']();
  assert(!log.error.includes('undefined'), log.error);
  console.log(`extension: ${manifest.contributes.commands.length} commands`);
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
