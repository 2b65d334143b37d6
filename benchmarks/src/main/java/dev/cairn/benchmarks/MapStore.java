package dev.cairn.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.LongDataType;

/**
 * A map of H2's MVStore. It writes on its own only once a second, so each batch is
 * committed; space that is free is used again at once.
 */
final class MapStore implements RecordStore {

	private final MVStore store;

	private final MVMap<Long, byte[]> records;

	private long next;

	MapStore(Path folder) {
		this.store = new MVStore.Builder().fileName(folder.resolve("records.mv").toString())
			.autoCommitDisabled()
			.open();
		this.store.setRetentionTime(0);
		this.store.setVersionsToKeep(0);
		this.records = this.store.openMap("records",
				new MVMap.Builder<Long, byte[]>().keyType(LongDataType.INSTANCE).valueType(ByteArrayDataType.INSTANCE));
		Long last = this.records.lastKey();
		this.next = (last != null) ? last + 1 : 0;
	}

	@Override
	public void append(List<byte[]> records, boolean durably) {
		for (byte[] rec : records) {
			this.records.append(this.next++, rec);
		}
		this.store.commit();
		if (durably) {
			this.store.sync();
		}
	}

	@Override
	public List<byte[]> drain(int most) {
		Map<Long, byte[]> oldest = new LinkedHashMap<>();
		Cursor<Long, byte[]> cursor = this.records.cursor(null);
		while (oldest.size() < most && cursor.hasNext()) {
			oldest.put(cursor.next(), cursor.getValue());
		}
		oldest.keySet().forEach(this.records::remove);
		this.store.commit();
		return new ArrayList<>(oldest.values());
	}

	@Override
	public void close() {
		this.store.close();
	}

}
