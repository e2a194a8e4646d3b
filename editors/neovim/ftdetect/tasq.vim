autocmd BufRead,BufNewFile *.tasq setfiletype tasq
