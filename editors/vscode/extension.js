// Starts `tasq lsp` and adds what the protocol has no words for: tasks, and where results are shown.
'use strict';

const vscode = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;
let results;

function settings(resource) {
  return vscode.workspace.getConfiguration('tasq', resource);
}

/** What the documents are that the server looks at. */
function selector() {
  const list = [{ language: 'tasq', scheme: 'file' }, { language: 'tasq', scheme: 'untitled' }];
  if (settings().get('exports')) {
    list.push({ language: 'xml', scheme: 'file' });
  }
  list.push({ scheme: 'file', pattern: '**/site.toml' });
  // A script that a source names counts while it is open and not saved.
  list.push({ language: 'powershell', scheme: 'file' });
  return list;
}

function show(title, text) {
  results.clear();
  results.appendLine(title);
  results.appendLine('');
  results.append(text);
  results.show(true);
}

/** Opens what a conversion made; the client writes it in its own time. */
async function openWhenThere(uri) {
  for (let tries = 0; tries < 50; tries++) {
    try {
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
      return;
    } catch (error) {
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
  }
}

async function start() {
  const command = settings().get('path') || 'tasq';
  const run = { command, args: ['lsp'] };
  client = new LanguageClient('tasq', 'Tasq', { run, debug: run }, {
    documentSelector: selector(),
    initializationOptions: { machine: settings().get('machine'), site: settings().get('site'), testLenses: true, clientShowsResults: true },
    synchronize: {
      configurationSection: 'tasq',
      fileEvents: vscode.workspace.createFileSystemWatcher('**/*.{tasq,toml,ps1,psm1,txt}'),
    },
    middleware: {
      // The client registers the server's commands; their results are for people.
      async executeCommand(command, args, next) {
        const result = await next(command, args);
        if (command === 'tasq.server.simulateUpTo' && result && typeof result.text === 'string') {
          show('Simulated up to this step', result.text);
        }
        if (command === 'tasq.server.convertToTasq' && result && Array.isArray(result.files) && result.files.length) {
          await openWhenThere(vscode.Uri.parse(result.files[0]));
        }
        return result;
      },
    },
  });
  try {
    await client.start();
  } catch (error) {
    // The client rejects with nothing when there is no such program; it writes the reason to its own output.
    const why = error && (error.message || String(error));
    const choice = await vscode.window.showErrorMessage(
      `Tasq: cannot start "${command} lsp"${why ? ` (${why})` : ''}. Install the program, or say where it is.`, 'Open Settings');
    if (choice) {
      await vscode.commands.executeCommand('workbench.action.openSettings', 'tasq.path');
    }
  }
}

/** The last lens of a kind that begins at or above the cursor. */
async function lensAbove(command) {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    return undefined;
  }
  const lenses = await vscode.commands.executeCommand('vscode.executeCodeLensProvider', editor.document.uri, 10000) || [];
  const line = editor.selection.active.line;
  const above = lenses.filter((lens) => lens.command && lens.command.command === command && lens.range.start.line <= line);
  return above.sort((a, b) => a.range.start.line - b.range.start.line).pop();
}

async function runLens(command, missing) {
  const lens = await lensAbove(command);
  if (!lens) {
    vscode.window.showInformationMessage(missing);
    return;
  }
  await vscode.commands.executeCommand(lens.command.command, ...(lens.command.arguments || []));
}

/** Runs a test in a terminal task: address, name and line of it, and the arguments for the program. */
async function runTest(uri, name, line, args) {
  if (vscode.workspace.isTrusted === false) {
    vscode.window.showInformationMessage('Tests are run in folders that you trust.');
    return;
  }
  const file = vscode.Uri.parse(uri).fsPath;
  // The program reads the disk.
  const open = (vscode.workspace.textDocuments || []).find((one) => one.uri.toString() === uri);
  if (open && (open.isUntitled || (open.isDirty && !(await open.save())))) {
    vscode.window.showInformationMessage('Save the file first: tests run from the disk.');
    return;
  }
  const execution = new vscode.ProcessExecution(settings().get('path') || 'tasq', args || ['test', `${file}:${line}`]);
  const task = new vscode.Task({ type: 'tasq', command: 'test' }, vscode.TaskScope.Workspace, `test ${name}`, 'tasq', execution, '$tasq');
  task.presentationOptions = { clear: true, reveal: vscode.TaskRevealKind.Always };
  await vscode.tasks.executeTask(task);
}

/** `tasq check` and `tasq build` as tasks, with findings in the list of problems. */
function taskOf(definition, scope) {
  const file = definition.file || '.';
  const format = definition.command === 'check' ? ['--output-format', 'short'] : [];
  const execution = new vscode.ProcessExecution(settings().get('path') || 'tasq', [definition.command, file, ...format]);
  const task = new vscode.Task(definition, scope, `${definition.command} ${file}`, 'tasq', execution, '$tasq');
  task.group = vscode.TaskGroup.Build;
  return task;
}

const tasks = {
  provideTasks() {
    const folders = vscode.workspace.workspaceFolders || [];
    return folders.map((folder) => taskOf({ type: 'tasq', command: 'check' }, folder));
  },
  resolveTask(task) {
    return task.definition.command ? taskOf(task.definition, task.scope || vscode.TaskScope.Workspace) : undefined;
  },
};

async function activate(context) {
  results = vscode.window.createOutputChannel('Tasq results');
  context.subscriptions.push(
    results,
    vscode.tasks.registerTaskProvider('tasq', tasks),
    vscode.commands.registerCommand('tasq.runTest', runTest),
    vscode.commands.registerCommand('tasq.simulateHere', () => runLens('tasq.server.simulateUpTo', 'There is no step at the cursor.')),
    vscode.commands.registerCommand('tasq.runTestHere', () => runLens('tasq.runTest', 'There is no test at the cursor.')),
    vscode.commands.registerCommand('tasq.convert', async () => {
      const editor = vscode.window.activeTextEditor;
      if (editor && client) {
        await vscode.commands.executeCommand('tasq.server.convertToTasq', editor.document.uri.toString());
      }
    }),
    vscode.commands.registerCommand('tasq.restart', async () => {
      if (client) {
        await client.stop();
      }
      await start();
    }),
  );
  await start();
}

function deactivate() {
  return client ? client.stop() : undefined;
}

module.exports = { activate, deactivate };
