package dev.cairn.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

import dev.cairn.ApplicationFrames;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Spool;
import dev.cairn.encoding.MessageCodec;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.TestMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for {@link PrivateFiles}, and for spools with unexpected entries.
 */
@DisabledOnOs(OS.WINDOWS)
class PrivateFilesTests {

	private static final byte[] RECORD = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);

	@TempDir
	private Path directory;

	@Test
	void filesAndFoldersAreForTheirOwnerOnly() throws IOException {
		Path root = this.directory.resolve("a/spool");
		try (Spool spool = spool(root)) {
			spool.open();
			spool.append(List.of(RECORD), false);
			spool.setAside(RECORD);
			MessageCodec codec = new MessageCodec(Redactor.DEFAULT, ApplicationFrames.DEFAULT, 100_000);
			Destinations.deadLetters(root.resolve("letters.jsonl"), 100_000, codec).test(TestMessages.message(), "why");
			try (Stream<Path> all = Files.walk(this.directory.resolve("a"))) {
				assertThat(all.toList()).hasSizeGreaterThanOrEqualTo(7)
					.allSatisfy((path) -> assertThat(permissions(path))
						.isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
			}
		}
	}

	@Test
	void aFileThatExistsIsMadePrivate() throws IOException {
		Path file = Files.createFile(this.directory.resolve("events.jsonl"),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
		LineFile.open(file).close();
		assertThat(permissions(file)).isEqualTo("rw-------");
	}

	@Test
	void linksAreNotFollowed() throws IOException {
		Path victim = Files.writeString(this.directory.resolve("victim"), "precious");
		Path link = Files.createSymbolicLink(this.directory.resolve("link"), victim);
		assertThatIOException().isThrownBy(() -> LineFile.open(link));
		assertThatIOException().isThrownBy(() -> PrivateFiles.append(link, RECORD));
		assertThatIOException().isThrownBy(() -> PrivateFiles.openToLock(link));
		Path dangling = Files.createSymbolicLink(this.directory.resolve("dangling"), this.directory.resolve("new"));
		assertThatIOException().isThrownBy(() -> LineFile.open(dangling));
		assertThat(victim).hasContent("precious");
		assertThat(this.directory.resolve("new")).doesNotExist();
	}

	@Test
	void filesOfOthersAreRefused() throws IOException {
		Path file = Files.writeString(this.directory.resolve("file"), "");
		assumeThat(Files.getAttribute(file, "unix:uid")).as("only root can give a file away").isEqualTo(0);
		Files.setAttribute(file, "unix:uid", 4711);
		assertThatIOException().isThrownBy(() -> LineFile.open(file)).withMessageContaining("another user");
		assertThat(PrivateFiles.isFileOrFree(file)).isFalse();
	}

	@Test
	void aSpoolSetsAsideWhatItCannotRead() throws IOException {
		try (Spool spool = spool(this.directory)) {
			spool.open();
			spool.append(List.of(RECORD, RECORD), false);
		}
		Path folder = this.directory.resolve("shop-0");
		Files.createDirectory(folder.resolve("4000000000000.spool"));
		Files.createSymbolicLink(folder.resolve("4000000000001.spool"), this.directory.resolve("victim"));
		Files.createDirectory(folder.resolve("6000000000000.spool"));
		Files.createDirectory(folder.resolve("notes"));
		try (Spool spool = spool(this.directory)) {
			spool.open();
			assertThat(spool.size()).isEqualTo(2);
			spool.append(List.of(RECORD), false);
			assertThat(spool.peek(10)).hasSize(3);
		}
		try (Stream<Path> entries = Files.list(folder)) {
			assertThat(
					entries.map((path) -> path.getFileName().toString()).filter((name) -> name.endsWith(".set-aside")))
				.hasSize(3);
		}
		assertThat(this.directory.resolve("victim")).doesNotExist();
	}

	@Test
	void aSpoolTakesOverWhatItCanAndUsesAFolderThatItCanUse() throws IOException {
		Path elsewhere = Files.createDirectory(this.directory.resolve("elsewhere"));
		Path root = Files.createDirectory(this.directory.resolve("root"));
		Files.createSymbolicLink(root.resolve("shop-0"), elsewhere);
		Files.writeString(root.resolve("shop-1"), "no folder");
		Files.createSymbolicLink(root.resolve(".shop-2.lock"), elsewhere.resolve("lock"));
		Path left = Files.createDirectory(root.resolve("shop-5"));
		Files.createDirectory(left.resolve("5000000000000.spool"));
		try (Spool spool = spool(root)) {
			spool.open();
			spool.append(List.of(RECORD), false);
			assertThat(spool.peek(10)).hasSize(1);
		}
		assertThat(root.resolve("shop-3")).isDirectory();
		assertThat(elsewhere).isEmptyDirectory();
	}

	private static Spool spool(Path root) {
		return Destinations.spool(root, "shop", 1_000_000, new Accounts().channel("kafka"));
	}

	private static String permissions(Path path) {
		try {
			return PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
