-- Opens a project in a real Neovim, and asks the server for what a person would: run by tests/it/nvim.rs. Results are
-- lines `name: text` in the file that $TASQ_RESULTS names.
local results = {}
local function note(name, text)
  table.insert(results, name .. ': ' .. tostring(text))
end

local function finish()
  local out = assert(io.open(vim.env.TASQ_RESULTS, 'w'))
  out:write(table.concat(results, '\n'), '\n')
  out:close()
  vim.cmd('qall!')
end

local function request(method, params)
  local answers, failure = vim.lsp.buf_request_sync(0, method, params, 60000)
  assert(answers, method .. ': ' .. tostring(failure))
  for _, answer in pairs(answers) do
    assert(not answer.error, method .. ': ' .. vim.inspect(answer.error))
    return answer.result
  end
end

local function at(line, column)
  vim.api.nvim_win_set_cursor(0, { line, column })
  return vim.lsp.util.make_position_params(0, 'utf-16')
end

local function diagnostics(wanted)
  local there = vim.wait(60000, function()
    return wanted(vim.diagnostic.get(0))
  end, 20)
  assert(there, 'findings: ' .. vim.inspect(vim.diagnostic.get(0)))
end

local function run()
  require('tasq').setup({ cmd = { vim.env.TASQ_PROGRAM, 'lsp' }, machine = 'machines/m.toml' })
  vim.cmd('edit lab.tasq')
  assert(vim.bo.filetype == 'tasq', 'the file type is ' .. vim.bo.filetype)
  note('syntax', vim.fn.synIDattr(vim.fn.synID(2, 1, 1), 'name'))

  diagnostics(function(list)
    return #list > 0
  end)
  for _, one in ipairs(vim.diagnostic.get(0)) do
    note('finding', one.code .. ' ' .. (one.lnum + 1) .. ':' .. (one.col + 1) .. ' ' .. one.message:gsub('\n', ' | '))
  end

  -- An action that mends it.
  local range = { start = { line = 2, character = 62 }, ['end'] = { line = 2, character = 62 } }
  local actions = request('textDocument/codeAction', {
    textDocument = vim.lsp.util.make_text_document_params(),
    range = range,
    context = { diagnostics = {} },
  })
  note('action', actions[1].title)
  vim.lsp.util.apply_workspace_edit(actions[1].edit, 'utf-16')
  diagnostics(function(list)
    return #list == 0
  end)
  note('mended', vim.api.nvim_buf_get_lines(0, 2, 3, false)[1])

  -- Completion, as typed.
  vim.cmd('normal! Gostep "Last" restart_computer < mess')
  local last = vim.api.nvim_buf_line_count(0)
  local line = vim.api.nvim_buf_get_lines(0, last - 1, last, false)[1]
  local position = vim.lsp.util.make_position_params(0, 'utf-16')
  position.position = { line = last - 1, character = #line }
  local list = request('textDocument/completion', position)
  note('completion', list.items[1].label .. ' ' .. list.items[2].label)
  note('keys', vim.bo.omnifunc .. ' ' .. vim.bo.tagfunc .. ' ' .. vim.bo.formatexpr)
  vim.api.nvim_buf_set_lines(0, last - 1, last, false, {})

  -- This Neovim takes a completion as one line.
  vim.cmd('normal! Go')
  position.position = { line = vim.api.nvim_buf_line_count(0) - 1, character = 0 }
  for _, item in ipairs(request('textDocument/completion', position).items) do
    local text = item.textEdit and item.textEdit.newText or item.insertText or item.label
    if item.label == 'step run_powershell_script' then
      note('whole step', text)
    end
    assert(not text:find('\n'), text)
  end
  vim.api.nvim_buf_set_lines(0, -2, -1, false, {})

  note('hover', request('textDocument/hover', at(2, 18)).contents.value:gsub('\n.*', ''))

  -- A new name for a variable, in a string behind characters of four bytes too.
  local params = at(2, vim.api.nvim_buf_get_lines(0, 1, 2, false)[1]:find('Ring') - 1)
  params.newName = 'Wave'
  vim.lsp.util.apply_workspace_edit(request('textDocument/rename', params), 'utf-16')
  note('renamed', vim.api.nvim_buf_get_lines(0, 1, 2, false)[1])
  note('renamed', vim.api.nvim_buf_get_lines(0, 2, 3, false)[1])

  local edits = request('textDocument/formatting', {
    textDocument = vim.lsp.util.make_text_document_params(),
    options = { tabSize = 4, insertSpaces = true },
  })
  vim.lsp.util.apply_text_edits(edits, vim.api.nvim_get_current_buf(), 'utf-16')
  note('formatted', vim.api.nvim_buf_get_lines(0, 3, 4, false)[1])

  local symbols = request('textDocument/documentSymbol', { textDocument = vim.lsp.util.make_text_document_params() })
  note('symbols', #symbols)

  -- A lens: its command is carried out, and the report is in a window.
  local lenses = request('textDocument/codeLens', { textDocument = vim.lsp.util.make_text_document_params() })
  note('lens', lenses[#lenses].command.title)
  local client = vim.lsp.get_active_clients and vim.lsp.get_active_clients()[1] or vim.lsp.get_clients()[1]
  vim.lsp.commands[lenses[#lenses].command.command](lenses[#lenses].command, { client_id = client.id })
  assert(vim.wait(60000, function()
    return vim.bo.buftype == 'nofile'
  end, 20), 'no report was shown')
  note('simulated', table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), ' '):find('machines/m.toml', 1, true) ~= nil)
  vim.cmd('close')

  vim.cmd('silent write')
  note('end', 'good')
end

local good, failure = xpcall(run, debug.traceback)
if not good then
  note('failure', failure)
end
finish()
