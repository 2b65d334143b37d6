package dev.cairn.spring.doctor;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.cairn.Ledger;
import dev.cairn.spring.core.EphemeralStorage;

import org.springframework.core.env.Environment;

/**
 * Finds folders of Cairn whose disk is lost with the machine or the container, or is
 * nearly full.
 */
final class StorageCheck implements DoctorCheck {

	/** The default size of the spool, and of four files of events. */
	static final long ENOUGH = 256L * 1024 * 1024;

	private final Environment environment;

	private final Ledger ledger;

	private final long enough;

	StorageCheck(Environment environment, Ledger ledger) {
		this(environment, ledger, ENOUGH);
	}

	StorageCheck(Environment environment, Ledger ledger, long enough) {
		this.environment = environment;
		this.ledger = ledger;
		this.enough = enough;
	}

	@Override
	public String name() {
		return "storage";
	}

	@Override
	public List<Finding> examine() throws IOException {
		List<Finding> findings = new ArrayList<>();
		if (this.ledger.balances().containsKey("kafka")
				&& this.environment.getProperty("cairn.kafka.spool.enabled", Boolean.class, true)) {
			examine("cairn.kafka.spool.directory", "cairn-spool", true, findings);
		}
		if (this.ledger.balances().containsKey("file")) {
			// Files without configuration are for development
			examine("cairn.file.directory", "cairn-events", this.environment.containsProperty("cairn.file.directory"),
					findings);
		}
		return findings;
	}

	private void examine(String property, String byDefault, boolean permanent, List<Finding> findings)
			throws IOException {
		Path folder = Path.of(this.environment.getProperty(property, byDefault)).toAbsolutePath().normalize();
		String medium = permanent ? EphemeralStorage.of(folder) : null;
		String remedy = property + "=<directory on a volume>";
		if (medium != null) {
			findings.add(new Finding("The directory is lost with the " + medium, folder.toString(),
					"Events that wait there are lost at a restart", remedy));
		}
		FileStore store = EphemeralStorage.store(folder);
		if (store != null && store.getUsableSpace() < this.enough) {
			findings.add(new Finding("The disk has only " + store.getUsableSpace() / (1024 * 1024) + " MB left",
					folder.toString(), "Events are lost when the disk is full", remedy));
		}
	}

}
