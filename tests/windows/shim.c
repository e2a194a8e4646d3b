/* wine 8 has no bcryptprimitives.dll. The standard library of Rust imports one function of it. Only the prefix of the tests
   gets this library; what is shipped does not know of it. */
#include <windows.h>

/* RtlGenRandom, by the name under which advapi32 exports it. */
BOOLEAN WINAPI SystemFunction036(PVOID buffer, ULONG length);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length)
{
    while (length > 0) {
        ULONG part = length > 0x10000000 ? 0x10000000 : (ULONG)length;
        if (!SystemFunction036(buffer, part))
            return FALSE;
        buffer += part;
        length -= part;
    }
    return TRUE;
}
