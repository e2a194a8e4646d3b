// Colours the examples with the engine of the editor and asks what some words became.
'use strict';

const fs = require('fs');
const path = require('path');
const assert = require('assert');
const textmate = require('vscode-textmate');
const oniguruma = require('vscode-oniguruma');

const root = path.join(__dirname, '..', '..', '..');
const wasm = fs.readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm'));
const engine = oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength)).then(() => ({
  createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
  createOnigString: (text) => new oniguruma.OnigString(text),
}));

const registry = new textmate.Registry({
  onigLib: engine,
  loadGrammar: async (scope) => {
    if (scope === 'source.tasq') {
      const file = path.join(__dirname, '..', 'syntaxes', 'tasq.tmLanguage.json');
      return textmate.parseRawGrammar(fs.readFileSync(file, 'utf8'), file);
    }
    // Scripts and XML are coloured by other extensions; here only their places count.
    return textmate.parseRawGrammar(JSON.stringify({ scopeName: scope, patterns: [] }), 'x.json');
  },
});

function tokens(grammar, text) {
  let stack = textmate.INITIAL;
  const out = [];
  text.split(/\r?\n/).forEach((line, number) => {
    const result = grammar.tokenizeLine(line, stack);
    stack = result.ruleStack;
    for (const token of result.tokens) {
      out.push({ line: number + 1, text: line.slice(token.startIndex, token.endIndex), scopes: token.scopes });
    }
  });
  return { out, depth: stack.depth };
}

/** The innermost scope of the first token with this text. */
function scope(list, text) {
  const found = list.find((token) => token.text === text);
  assert(found, `no token ${JSON.stringify(text)}`);
  return found.scopes[found.scopes.length - 1];
}

const SAMPLE = `sequence "Lab" < maximum_run_time: 2h >  # a comment
let share = "\\\\server\\\${ring}"
step "One" run_command_line < "echo %Name% ""x""", continue_on_error: true > when any(Name == "1", not exists Other)
step "Two" run_powershell_script <
    """
    Get-Item "step < >"  # not a comment
    """
    execution_policy: bypass
> when wmi "select * from Win32_Battery"
step "Three" set_variable < Ring = 'it''s' >
group "G" when Ring like "a*" {
    step "Four" restart_computer
}
`;

(async () => {
  const grammar = await registry.loadGrammar('source.tasq');
  const { out } = tokens(grammar, SAMPLE);
  const wanted = {
    'sequence': 'keyword.control.tasq',
    'maximum_run_time': 'support.type.property-name.tasq',
    '2h': 'constant.numeric.tasq',
    '# a comment': 'comment.line.number-sign.tasq',
    'ring': 'variable.parameter.tasq',
    'run_command_line': 'support.class.step.tasq',
    'run_powershell_script': 'support.class.step.tasq',
    'restart_computer': 'support.class.step.tasq',
    '%Name%': 'variable.other.reference.tasq',
    '""': 'constant.character.escape.tasq',
    "''": 'constant.character.escape.tasq',
    'true': 'constant.language.tasq',
    'bypass': 'constant.other.member.tasq',
    'when': 'keyword.operator.word.tasq',
    'exists': 'keyword.other.condition.tasq',
    'wmi': 'keyword.other.condition.tasq',
    '==': 'keyword.operator.comparison.tasq',
    'Other': 'variable.other.tasq',
  };
  for (const [text, name] of Object.entries(wanted)) {
    assert.strictEqual(scope(out, text), name, text);
  }
  const script = out.find((token) => token.text.includes('Get-Item'));
  assert(script.scopes.includes('meta.embedded.block.powershell.tasq'), script.scopes.join(' '));
  const group = out.find((token) => token.text === 'group');
  assert.deepStrictEqual(group.scopes, ['source.tasq', 'keyword.control.tasq'], 'nothing is left open behind a script');

  let files = 0;
  let count = 0;
  for (const name of fs.readdirSync(path.join(root, 'examples')).filter((name) => name.endsWith('.tasq'))) {
    const text = fs.readFileSync(path.join(root, 'examples', name), 'utf8');
    const result = tokens(grammar, text);
    assert.strictEqual(result.depth, 1, `${name}: something is left open at its end`);
    for (const token of result.out) {
      assert(token.scopes[0] === 'source.tasq');
    }
    // A statement at the start of a line is coloured as one, wherever strings and blocks end.
    for (const token of result.out) {
      if (/^(step|group|sequence|let|param)$/.test(token.text)) {
        const inner = token.scopes[token.scopes.length - 1];
        assert(inner === 'keyword.control.tasq' || /string|comment|embedded/.test(token.scopes.join(' ')), `${name}:${token.line} ${token.text} is ${inner}`);
      }
    }
    files += 1;
    count += result.out.length;
  }
  assert(files >= 8);
  console.log(`grammar: ${count} tokens of ${files} examples`);
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
