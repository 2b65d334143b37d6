package dev.cairn.spring.doctor.unmanaged;

import dev.cairn.annotation.Traced;

/**
 * A class that is a bean only if the application declares it.
 */
public class Unmanaged {

	@Traced
	public void visible() {
	}

}
