package dev.cairn.collector;

import static org.awaitility.Awaitility.await;

/**
 * Tests a client that programs import as a module.
 */
abstract class ModuleClientContract extends ClientContract {

	private final String interpreter;

	private final String file;

	private final String beginning;

	/**
	 * Creates the tests of a language.
	 * @param interpreter the command that runs a program
	 * @param file the name of a program
	 * @param beginning the lines that all programs begin with
	 */
	ModuleClientContract(String interpreter, String file, String beginning) {
		this.interpreter = interpreter;
		this.file = file;
		this.beginning = beginning;
	}

	final Program.Result run(String code) {
		return start(this.program, code).await();
	}

	/** Starts a program that sends to the server in trouble. */
	final Program.Running startTroubled(String code) {
		return start(troubledProgram(), code);
	}

	final Program.Result runTroubled(String code) {
		return startTroubled(code).await();
	}

	private Program.Running start(Program program, String code) {
		program.write(this.file, this.beginning + code);
		return program.start(this.interpreter, this.file);
	}

	static void awaitOutput(Program.Running running, String text) {
		await().until(() -> running.output().contains(text) || !running.process().isAlive());
	}

}
