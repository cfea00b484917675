import IDQLCommandLine
import IDQLEvaluation

ProgramIdentity.current = ProgramIdentity(sourceRevision: sourceRevision)
run(ViewProgram.self)
