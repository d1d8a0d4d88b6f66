// placeholder so that the module builds
