// Contract suites call describe, it and expect as globals, as every test file does.
/// <reference types="jest" />
