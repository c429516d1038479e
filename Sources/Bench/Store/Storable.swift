import CHDF5

/// A number type of a cell file, with its types in the file and in memory.
protocol Storable: AdditiveArithmetic, BitwiseCopyable {
  static var storedType: hid_t { get }
  static var nativeType: hid_t { get }
}

extension Float: Storable {
  static var storedType: hid_t { chdf5_stored_float() }
  static var nativeType: hid_t { chdf5_native_float() }
}

extension Double: Storable {
  static var storedType: hid_t { chdf5_stored_double() }
  static var nativeType: hid_t { chdf5_native_double() }
}

extension Int32: Storable {
  static var storedType: hid_t { chdf5_stored_int32() }
  static var nativeType: hid_t { chdf5_native_int32() }
}

extension Int: Storable {
  static var storedType: hid_t { chdf5_stored_int64() }
  static var nativeType: hid_t { chdf5_native_int64() }
}

extension Int8: Storable {
  static var storedType: hid_t { chdf5_stored_int8() }
  static var nativeType: hid_t { chdf5_native_int8() }
}

extension UInt8: Storable {
  static var storedType: hid_t { chdf5_stored_uint8() }
  static var nativeType: hid_t { chdf5_native_uint8() }
}
