-- Tasq for Neovim 0.7 or newer: require('tasq').setup()
local M = {}

local defaults = {
  -- The program.
  cmd = { 'tasq', 'lsp' },
  -- The machine file of "simulate up to here", relative to the project's folder.
  machine = nil,
  -- The site file, where it is not the nearest site.toml.
  site = nil,
  -- Findings in exported task sequences (.xml) too.
  exports = true,
  -- Called with the client and the buffer, for your own keys.
  on_attach = nil,
  capabilities = nil,
}

local options = defaults

-- A text in a window of its own.
local function show(title, text)
  vim.cmd('botright new')
  local buffer = vim.api.nvim_get_current_buf()
  vim.bo[buffer].buftype = 'nofile'
  vim.bo[buffer].bufhidden = 'wipe'
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(text, '\n', { plain = true }))
  vim.bo[buffer].modifiable = false
  pcall(vim.api.nvim_buf_set_name, buffer, title)
end

-- The nearest folder above with tasq.toml or .git, else the file's own.
local function root(file)
  local folder = vim.fn.fnamemodify(file, ':p:h')
  for _, marker in ipairs({ 'tasq.toml', '.git' }) do
    local found = vim.fn.findfile(marker, folder .. ';')
    if found == '' then
      found = vim.fn.finddir(marker, folder .. ';')
    end
    if found ~= '' then
      return vim.fn.fnamemodify(found, ':p:h' .. (marker == '.git' and ':h' or ''))
    end
  end
  return folder
end

-- What Neovim 0.8 and newer do by themselves: Ctrl-X Ctrl-O completes, Ctrl-] goes to the definition, gq formats.
local function usual_keys(buffer)
  local functions = { omnifunc = 'omnifunc', tagfunc = 'tagfunc', formatexpr = 'formatexpr' }
  for option, name in pairs(functions) do
    if vim.bo[buffer][option] == '' then
      vim.bo[buffer][option] = 'v:lua.vim.lsp.' .. name .. (option == 'formatexpr' and '()' or '')
    end
  end
end

local clients = {}

local function attach(buffer)
  local file = vim.api.nvim_buf_get_name(buffer)
  local folder = root(file)
  local config = {
    name = 'tasq',
    cmd = options.cmd,
    root_dir = folder,
    capabilities = options.capabilities or vim.lsp.protocol.make_client_capabilities(),
    init_options = { machine = options.machine, site = options.site, testLenses = true, clientShowsResults = true },
    get_language_id = function(_, filetype)
      return filetype
    end,
    on_attach = options.on_attach,
  }
  if vim.lsp.start then
    return vim.lsp.start(config, { bufnr = buffer })
  end
  local id = clients[folder]
  if not id or not vim.lsp.get_client_by_id(id) then
    id = vim.lsp.start_client(config)
    clients[folder] = id
  end
  if id and vim.lsp.buf_attach_client(buffer, id) then
    usual_keys(buffer)
  end
  return id
end

-- Commands of lenses and actions whose results are for people.
local function commands()
  vim.lsp.commands['tasq.server.simulateUpTo'] = function(command, context)
    local client = vim.lsp.get_client_by_id(context.client_id)
    local params = { command = command.command, arguments = command.arguments }
    local handler = function(failure, result)
      if failure then
        vim.notify('tasq: ' .. failure.message, vim.log.levels.ERROR)
      else
        show('tasq simulation', result.text)
      end
    end
    if vim.fn.has('nvim-0.11') == 1 then
      client:request('workspace/executeCommand', params, handler)
    else
      client.request('workspace/executeCommand', params, handler)
    end
  end
  vim.lsp.commands['tasq.runTest'] = function(command)
    local file = vim.uri_to_fname(command.arguments[1])
    local arguments = command.arguments[4]
    if type(arguments) ~= 'table' then
      arguments = { 'test', file .. ':' .. command.arguments[3] }
    end
    -- The program reads the disk.
    local buffer = vim.fn.bufnr(file)
    if buffer > 0 and vim.bo[buffer].modified then
      vim.api.nvim_buf_call(buffer, function() vim.cmd('silent update') end)
    end
    vim.cmd('botright new')
    vim.fn.termopen(vim.list_extend({ options.cmd[1] }, arguments))
  end
end

function M.setup(given)
  options = vim.tbl_extend('force', defaults, given or {})
  commands()
  local group = vim.api.nvim_create_augroup('tasq', { clear = true })
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    pattern = options.exports and { 'tasq', 'xml' } or { 'tasq' },
    callback = function(event)
      attach(event.buf)
    end,
  })
  vim.api.nvim_create_autocmd({ 'BufRead', 'BufNewFile' }, {
    group = group,
    pattern = 'site.toml',
    callback = function(event)
      attach(event.buf)
    end,
  })
end

-- For a buffer that is open already.
M.attach = attach

return M
