package dev.cairn.spring.metrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * The resident and the reserved memory of the process, read from {@code VmRSS} and
 * {@code VmSize} in {@code /proc/self/status}, see proc_pid_status(5). Only on Linux.
 */
final class ProcessMemoryMeters implements MeterBinder {

	private static final int BYTES_PER_KIB = 1024;

	private final Path status;

	ProcessMemoryMeters() {
		this(Path.of("/proc/self/status"));
	}

	ProcessMemoryMeters(Path status) {
		this.status = status;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		if (Files.isReadable(this.status)) {
			gauge(registry, "process.memory.rss", "The resident memory of the process", "VmRSS:");
			gauge(registry, "process.memory.vms", "The virtual memory of the process", "VmSize:");
		}
	}

	private void gauge(MeterRegistry registry, String name, String description, String key) {
		Gauge.builder(name, () -> read(key)).description(description).baseUnit(BaseUnits.BYTES).register(registry);
	}

	/** Returns no number if the file cannot be read. */
	private double read(String key) {
		try (Stream<String> lines = Files.lines(this.status)) {
			return lines.filter((line) -> line.startsWith(key))
				.mapToDouble((line) -> Double.parseDouble(line.replaceAll("\\D", "")) * BYTES_PER_KIB)
				.findFirst()
				.orElse(Double.NaN);
		}
		catch (IOException | UncheckedIOException | NumberFormatException ex) {
			return Double.NaN;
		}
	}

}
