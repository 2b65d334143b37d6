package dev.cairn.spring.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Meters for the memory of the process as seen by the operating system:
 * {@code process.memory.rss} (resident) and {@code process.memory.vms} (reserved), in
 * bytes, read from {@code VmRSS} and {@code VmSize} in {@code /proc/self/status}, see
 * proc_pid_status(5). Only on Linux.
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
			gauge(registry, "process.memory.rss", "Memory of the process that is in RAM", (file) -> read("VmRSS:"));
			gauge(registry, "process.memory.vms", "Memory that the process has reserved", (file) -> read("VmSize:"));
		}
	}

	private void gauge(MeterRegistry registry, String name, String description, ToDoubleFunction<Path> value) {
		Gauge.builder(name, this.status, value)
			.description(description)
			.baseUnit(BaseUnits.BYTES)
			.strongReference(true)
			.register(registry);
	}

	private double read(String key) {
		try {
			for (String line : Files.readAllLines(this.status)) {
				if (line.startsWith(key)) {
					return Double.parseDouble(line.replaceAll("\\D", "")) * BYTES_PER_KIB;
				}
			}
		}
		catch (IOException | NumberFormatException ex) {
			// Not available now
		}
		return Double.NaN;
	}

}
