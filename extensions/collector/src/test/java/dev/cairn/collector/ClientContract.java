package dev.cairn.collector;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import dev.cairn.delivery.MemorySink;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests a client in another language with the collector, and with a collector in trouble.
 */
abstract class ClientContract {

	static Running application;

	TroubledCollector troubled;

	Program program;

	@TempDir
	Path directory;

	/** Starts the collector, once the language is found. */
	static void start(String token) {
		application = Running.start("cairn.collector.keys.till.token=" + token, "cairn.collector.keys.till.services=*");
	}

	@AfterAll
	static void stop() {
		if (application != null) {
			application.close();
			application = null;
		}
	}

	@BeforeEach
	void prepare() {
		application.bean(MemorySink.class).clear();
		this.troubled = new TroubledCollector();
		Map<String, String> environment = new HashMap<>(environment());
		environment.put("CAIRN_URL", "http://127.0.0.1:" + application.port());
		this.program = new Program(this.directory, environment);
	}

	@AfterEach
	void end() {
		this.troubled.close();
	}

	/** Returns the variables of the program, besides the address of the collector. */
	abstract Map<String, String> environment();

	/** Returns the program with the address of the server in trouble. */
	final Program troubledProgram() {
		return this.program.with("CAIRN_URL", this.troubled.url());
	}

}
