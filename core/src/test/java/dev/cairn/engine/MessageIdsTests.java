package dev.cairn.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import dev.cairn.Message;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MessageIds}.
 */
class MessageIdsTests {

	@Test
	void areUuidsOfVersion7() {
		String id = Message.newId(Instant.now());
		assertThat(id).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
		assertThat(UUID.fromString(id).version()).isEqualTo(7);
		assertThat(UUID.fromString(id).variant()).isEqualTo(2);
	}

	@Test
	void beginWithTheMillisecondsSince1970() {
		Instant time = Instant.parse("2026-01-31T23:59:59.123456Z");
		String digits = Message.newId(time).replace("-", "").substring(0, 12);
		assertThat(Long.parseLong(digits, 16)).isEqualTo(time.toEpochMilli());
	}

	@Test
	void sortByTimeDownToTheMicrosecond() {
		Instant start = Instant.parse("2026-01-31T23:59:59.999000Z");
		List<String> ids = new ArrayList<>();
		for (int i = 0; i < 3000; i++) {
			ids.add(Message.newId(start.plusNanos(i * 1000L)));
		}
		assertThat(ids).isSorted();
	}

	@Test
	void areUniqueAmongAMillionOfSeveralThreads() throws Exception {
		Set<String> ids = ConcurrentHashMap.newKeySet(1 << 21);
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try {
			List<Future<?>> done = new ArrayList<>();
			Instant sameTime = Instant.now();
			for (int thread = 0; thread < 4; thread++) {
				done.add(threads.submit(() -> {
					for (int i = 0; i < 250_000; i++) {
						ids.add(Message.newId(sameTime));
					}
				}));
			}
			for (Future<?> future : done) {
				future.get();
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(ids.size()).isEqualTo(1_000_000);
	}

}
