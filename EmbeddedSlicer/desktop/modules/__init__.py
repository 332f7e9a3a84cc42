"""Loading of scripted modules, as qSlicerScriptedLoadableModuleFactory and the module panel do it."""
