// What a DLL of floating-point numbers needs that the C library would bring along otherwise.
extern "C" int _fltused = 0;
extern "C" __attribute__((dllexport)) int __stdcall DllMainCRTStartup(void*, unsigned, void*) { return 1; }
