import IDQLCommandLine

runCommandLine(sourceRevision: sourceRevision)
