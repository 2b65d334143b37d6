package dev.cairn.delivery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import dev.cairn.encoding.MessageCodec;

/**
 * Writes deliveries to a spool. For the thread of the disk.
 */
final class SpoolWriter {

	private final Spool spool;

	private final MessageCodec codec;

	private final boolean durable;

	private final SpoolReader reader;

	SpoolWriter(Spool.Config config, SpoolReader reader) {
		this.spool = config.spool();
		this.codec = config.codec();
		this.durable = config.durable();
		this.reader = reader;
	}

	/** Writes behind all other records. */
	void append(List<Delivery> deliveries) throws IOException {
		write(deliveries, (records) -> this.spool.append(records, this.durable), false);
	}

	/** Writes before all other records. */
	void prepend(List<Delivery> deliveries) throws IOException {
		write(deliveries, this.spool::prepend, true);
	}

	private void write(List<Delivery> deliveries, Operation operation, boolean lastFirst) throws IOException {
		List<Delivery> encoded = new ArrayList<>(deliveries.size());
		List<byte[]> records = new ArrayList<>(deliveries.size());
		for (Delivery delivery : deliveries) {
			if (!delivery.isSettled() && delivery.encode(() -> records.add(this.codec.write(delivery.message())))) {
				encoded.add(delivery);
			}
		}
		if (!records.isEmpty()) {
			write(encoded, records, operation, lastFirst);
		}
	}

	private void write(List<Delivery> encoded, List<byte[]> records, Operation operation, boolean lastFirst)
			throws IOException {
		try {
			operation.write(records);
			stored(encoded, true);
		}
		catch (Spool.UnsyncedException ex) {
			stored(encoded, false);
			throw ex;
		}
		catch (IOException ex) {
			if (records.size() == 1) {
				throw ex;
			}
			// There may be room for fewer
			int half = records.size() / 2;
			int size = records.size();
			int first = lastFirst ? half : 0;
			int second = lastFirst ? 0 : half;
			write(encoded.subList(first, lastFirst ? size : half), records.subList(first, lastFirst ? size : half),
					operation, lastFirst);
			write(encoded.subList(second, lastFirst ? half : size), records.subList(second, lastFirst ? half : size),
					operation, lastFirst);
		}
	}

	private void stored(List<Delivery> deliveries, boolean synced) {
		for (Delivery delivery : deliveries) {
			this.reader.remember(delivery);
			delivery.stored(synced);
		}
	}

	/**
	 * Writes records to the spool.
	 */
	@FunctionalInterface
	private interface Operation {

		void write(List<byte[]> records) throws IOException;

	}

}
