package dev.cairn.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.cairn.Ledger.DropReason;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Channel;
import dev.cairn.testing.AwaitThreads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link FileSpool}.
 */
@ExtendWith(AwaitThreads.class)
class FileSpoolTests {

	private static final long LARGE = 100_000_000;

	@TempDir
	private Path directory;

	private final Channel channel = new Accounts().channel("kafka");

	private final List<FileSpool> spools = new ArrayList<>();

	@AfterEach
	void close() throws IOException {
		for (FileSpool spool : this.spools) {
			spool.close();
		}
	}

	@Test
	void removesAllRecordsThoughAFileCannotBeDeleted() throws Exception {
		FileSpool spool = open(LARGE);
		spool.append(records(5, 10), false);
		spool.prepend(records(0, 5));
		spool.peek(100);
		Path first = files().get(0);
		Files.delete(first);
		Files.createDirectory(first);
		Files.writeString(first.resolve("a-file"), "x");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> spool.remove(7));
		assertThat(spool.size()).isEqualTo(3);
		assertThat(texts(spool.peek(100))).isEqualTo(texts(records(7, 10)));
	}

	@Test
	void givesBackWhatItWasGivenInOrder() throws Exception {
		FileSpool spool = open(LARGE);
		spool.append(records(0, 10), false);
		spool.append(records(10, 15), true);
		assertThat(texts(spool.peek(4))).isEqualTo(texts(records(0, 4)));
		assertThat(texts(spool.peek(4))).isEqualTo(texts(records(0, 4)));
		spool.remove(3);
		assertThat(texts(spool.peek(100))).isEqualTo(texts(records(3, 15)));
		assertThat(spool.size()).isEqualTo(12);
		spool.remove(12);
		assertThat(spool.size()).isZero();
		assertThat(spool.peek(100)).isEmpty();
		spool.append(records(15, 17), false);
		assertThat(texts(spool.peek(100))).isEqualTo(texts(records(15, 17)));
	}

	@Test
	void theNextOneGoesOnWhereThisOneStopped() throws Exception {
		FileSpool spool = open(LARGE);
		spool.append(records(0, 10), false);
		spool.peek(100);
		spool.remove(4);
		spool.close();
		FileSpool next = open(LARGE);
		assertThat(next.size()).isEqualTo(6);
		next.append(records(10, 12), false);
		assertThat(texts(next.peek(100))).isEqualTo(texts(records(4, 12)));
	}

	@Test
	void whatComesFirstComesBeforeAllOthers() throws Exception {
		FileSpool spool = open(LARGE);
		spool.append(records(5, 10), false);
		spool.prepend(records(0, 5));
		spool.close();
		assertThat(texts(open(LARGE).peek(100))).isEqualTo(texts(records(0, 10)));
	}

	@Test
	void deletesFilesThatAreDelivered() throws Exception {
		FileSpool spool = open(LARGE);
		List<byte[]> large = IntStream.range(0, 100).mapToObj((n) -> large(n, 100_000)).toList();
		for (int i = 0; i < 4; i++) {
			spool.append(large, false);
		}
		assertThat(files()).hasSizeGreaterThan(2);
		while (spool.size() > 0) {
			spool.remove(spool.peek(10).size());
		}
		assertThat(files()).hasSizeLessThan(2);
		spool.close();
		assertThat(files()).isEmpty();
	}

	@Test
	void isBoundedAndTakesMoreWhenThereIsRoom() throws Exception {
		FileSpool spool = open(2000);
		spool.append(records(0, 50), false);
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> spool.append(records(50, 150), false))
			.withMessage("the spool is full: its maximum size is 2000 bytes");
		assertThat(spool.size()).isEqualTo(50);
		spool.peek(50);
		spool.remove(50);
		spool.append(records(50, 100), false);
		assertThat(texts(spool.peek(100))).isEqualTo(texts(records(50, 100)));
	}

	@Test
	void damagedRecordsAreSetAsideAndCounted() throws Exception {
		FileSpool spool = open(LARGE);
		spool.append(records(0, 10), false);
		spool.close();
		Path file = files().get(0);
		byte[] content = Files.readAllBytes(file);
		int inTheFourth = new String(content, StandardCharsets.US_ASCII).indexOf("record 3");
		content[inTheFourth] ^= 1;
		Files.write(file, content);
		FileSpool next = open(LARGE);
		List<String> expected = texts(records(0, 10));
		expected.remove(3);
		assertThat(texts(next.peek(100))).isEqualTo(expected);
		assertThat(next.size()).isEqualTo(9);
		assertThat(this.channel.balance().dropped()).isEqualTo(Map.of(DropReason.CORRUPT, 1L));
		assertThat(Files.readString(file.resolveSibling("corrupt"))).contains("ecord 3");
	}

	@Test
	void aDamagedFirstLineSkipsNothing() throws Exception {
		FileSpool spool = open(LARGE);
		spool.append(records(0, 10), false);
		spool.peek(100);
		spool.remove(4);
		spool.close();
		Path file = files().get(0);
		byte[] content = Files.readAllBytes(file);
		int lastDigit = new String(content, StandardCharsets.US_ASCII).indexOf('\n') - 2;
		content[lastDigit] = (byte) ((content[lastDigit] == '9') ? '1' : content[lastDigit] + 1);
		Files.write(file, content);
		FileSpool next = open(LARGE);
		assertThat(texts(next.peek(100))).isEqualTo(texts(records(0, 10)));
	}

	@Test
	void halfALineOfACrashIsSetAside() throws Exception {
		FileSpool spool = open(LARGE);
		spool.append(records(0, 3), false);
		spool.close();
		Files.writeString(files().get(0), "0badc0de half a li", StandardOpenOption.APPEND);
		FileSpool next = open(LARGE);
		assertThat(next.size()).isEqualTo(4);
		next.append(records(3, 5), false);
		assertThat(texts(next.peek(100))).isEqualTo(texts(records(0, 5)));
		assertThat(this.channel.balance().dropped()).isEqualTo(Map.of(DropReason.CORRUPT, 1L));
	}

	@Test
	void whateverStandsInTheFilesItComesToAnEnd() throws Exception {
		FileSpool spool = open(LARGE);
		spool.append(records(0, 10), false);
		spool.close();
		byte[] content = Files.readAllBytes(files().get(0));
		for (int length = 0; length <= content.length; length++) {
			Files.write(files().get(0), Arrays.copyOf(content, length));
			FileSpool next = new FileSpool(this.directory, "shop", LARGE, new Accounts().channel("kafka"));
			next.open();
			List<String> read = texts(next.peek(100));
			assertThat(read).isEqualTo(texts(records(0, read.size())));
			assertThat(next.size()).isEqualTo(read.size());
			next.close();
			if (files().isEmpty()) {
				Files.write(this.directory.resolve("shop-0").resolve("5000000000000.spool"), content);
			}
		}
	}

	@Test
	void eachProcessHasItsOwnAndTheDeadOnesAreTakenOver() throws Exception {
		FileSpool one = open(LARGE);
		FileSpool two = open(LARGE);
		one.append(records(0, 3), false);
		two.append(records(10, 13), false);
		assertThat(texts(one.peek(100))).isEqualTo(texts(records(0, 3)));
		assertThat(texts(two.peek(100))).isEqualTo(texts(records(10, 13)));
		two.remove(1);
		one.close();
		two.close();
		FileSpool both = open(LARGE);
		assertThat(both.size()).isEqualTo(5);
		assertThat(texts(both.peek(100)))
			.isEqualTo(Stream.concat(texts(records(0, 3)).stream(), texts(records(11, 13)).stream()).toList());
	}

	@Test
	void othersOfAnotherNameAreLeftAlone() throws Exception {
		FileSpool spool = open(LARGE);
		spool.append(records(0, 3), false);
		spool.close();
		FileSpool other = new FileSpool(this.directory, "billing", LARGE, this.channel);
		this.spools.add(other);
		other.open();
		assertThat(other.size()).isZero();
	}

	@Test
	void aFolderThatWasDeletedIsMadeAgain() throws Exception {
		FileSpool spool = open(LARGE);
		spool.append(records(0, 3), true);
		spool.peek(100);
		Files.delete(files().get(0));
		Files.delete(this.directory.resolve("shop-0"));
		spool.append(records(3, 5), true);
		assertThat(Files.readString(files().get(0))).contains("record 4");
		assertThat(texts(spool.peek(100))).isEqualTo(texts(records(0, 5)));
		spool.remove(5);
		assertThat(spool.size()).isZero();
	}

	@Test
	void afterTheEndNothingIsRemoved() throws Exception {
		FileSpool spool = open(LARGE);
		spool.append(records(0, 3), false);
		spool.peek(100);
		spool.close();
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> spool.remove(3))
			.withMessage("the spool is not open");
		assertThat(spool.peek(100)).isEmpty();
		assertThat(open(LARGE).size()).isEqualTo(3);
	}

	private FileSpool open(long maxBytes) throws IOException {
		FileSpool spool = new FileSpool(this.directory, "shop", maxBytes, this.channel);
		this.spools.add(spool);
		spool.open();
		return spool;
	}

	private List<Path> files() throws IOException {
		try (Stream<Path> files = Files.walk(this.directory)) {
			return files.filter((path) -> path.toString().endsWith(".spool")).sorted().toList();
		}
	}

	private static List<byte[]> records(int from, int to) {
		return IntStream.range(from, to)
			.mapToObj((number) -> ("record " + number).getBytes(StandardCharsets.UTF_8))
			.toList();
	}

	private static byte[] large(int number, int length) {
		byte[] rec = new byte[length];
		Arrays.fill(rec, (byte) ('a' + number % 26));
		return rec;
	}

	private static List<String> texts(List<byte[]> records) {
		return new ArrayList<>(records.stream().map((rec) -> new String(rec, StandardCharsets.UTF_8)).toList());
	}

}
