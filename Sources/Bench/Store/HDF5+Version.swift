import CHDF5

/// The HDF5 library that this program is linked with: "1.14.5".
package var hdf5Version: String {
  var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
  let code = try? HDF5.alone { () throws(HDF5Failure) in
    try HDF5.check(H5get_libversion(&major, &minor, &release), "read the library version")
  }
  return code == nil ? "unknown" : "\(major).\(minor).\(release)"
}
