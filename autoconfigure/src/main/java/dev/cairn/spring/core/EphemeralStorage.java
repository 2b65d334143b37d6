package dev.cairn.spring.core;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.core.env.StandardEnvironment;

/**
 * Recognizes folders whose files do not outlive the machine or the container. Stateless.
 */
public final class EphemeralStorage {

	private static final Set<String> MEMORY = Set.of("tmpfs", "ramfs");

	/** The file systems of images. */
	private static final Set<String> LAYERS = Set.of("overlay", "aufs", "fuse.fuse-overlayfs", "fuse-overlayfs");

	private EphemeralStorage() {
	}

	/**
	 * Returns the name of what a folder disappears with, such as a container, or
	 * {@code null} if it is permanent.
	 * @param folder the folder, which need not exist
	 * @return the name, {@code null} if the folder is permanent or this cannot be known
	 */
	public static @Nullable String of(Path folder) {
		try {
			FileStore store = store(folder);
			return (store != null) ? of(store, Files.getFileStore(folder.getRoot()), isInContainer()) : null;
		}
		catch (IOException | RuntimeException ex) {
			return null;
		}
	}

	/**
	 * Returns where the files of a folder are stored.
	 * @param folder the folder, which need not exist
	 * @return the store, {@code null} if no part of the path exists
	 * @throws IOException if it cannot be read
	 */
	public static @Nullable FileStore store(Path folder) throws IOException {
		Path existing = folder;
		while (existing != null && !Files.isDirectory(existing)) {
			existing = existing.getParent();
		}
		return (existing != null) ? Files.getFileStore(existing) : null;
	}

	static @Nullable String of(FileStore store, FileStore root, boolean container) {
		if (MEMORY.contains(store.type())) {
			return "memory of this machine or container";
		}
		return (LAYERS.contains(store.type()) || (container && store.equals(root))) ? "container" : null;
	}

	private static boolean isInContainer() {
		return Files.exists(Path.of("/.dockerenv")) || Files.exists(Path.of("/run/.containerenv"))
				|| CloudPlatform.KUBERNETES.isActive(new StandardEnvironment());
	}

}
